export function HallMark() {
  return <svg className="hall-mark" viewBox="0 0 48 48" aria-hidden="true" />;
}

export function SealPicture({ text }: { text: string }) {
  return (
    <svg className="seal-picture" viewBox="0 0 84 84" aria-hidden="true">
      <text>{text}</text>
    </svg>
  );
}
