import type { ComponentChildren } from "preact";

const icon = (children: ComponentChildren, size = 22) => (
  <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">{children}</svg>
);

export const chatIcon = icon(<path d="M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z M8 10h8 M8 13h5" />, 28);
export const closeIcon = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const sendIcon = icon(<path d="M5 12h13M12 5l7 7-7 7" />, 20);
export const clipIcon = icon(<path d="M15 7l-6.5 6.5a1.5 1.5 0 0 0 3 3L18 10a3 3 0 0 0-6-6l-6.500 6.500a4.500 4.500 0 0 0 9 9L21 13" />, 20);
export const moreIcon = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" />, 20);
export const endIcon = icon(<path d="M12 4v8M7.500 7.500a7 7 0 1 0 9 0" />, 20);
