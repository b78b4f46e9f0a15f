export { Keyboard, type KeyboardProps, type KeyboardMode } from './keyboard.tsx';
