export function PaperPicture() {
  return <svg className="paper-picture" viewBox="0 0 60 80" aria-hidden="true" />;
}

export function PhonePicture() {
  return <svg className="phone-picture" viewBox="0 0 170 110" aria-hidden="true" />;
}
