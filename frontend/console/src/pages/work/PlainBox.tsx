import { Textarea } from "@mantine/core";
import { useImperativeHandle, useRef, type KeyboardEvent, type RefObject } from "react";
import type { Attachment } from "../../protocol";
import { commandBefore } from "./answers";

/** What a composer asks of the field that is written in, plain or formatted. */
export interface Box {
  /** Puts text at the caret. */
  insert: (text: string) => void;
  /** Puts text in the place of the `/word` before the caret. */
  replaceCommand: (text: string) => void;
  focus: () => void;
  /** Puts a picture at the caret, where the text can show one; or takes it out again. */
  insertPicture?: (file: Attachment) => void;
  removePicture?: (id: string) => void;
}

export interface BoxProps {
  box: RefObject<Box | null>;
  text: string;
  html: string | null;
  /** Changes when the words came from elsewhere. */
  edition: number;
  written: (text: string, html: string | null) => void;
  /** What is typed after a `/`, null when there is none. */
  command: (query: string | null) => void;
  /** True: the key was for somebody else. */
  pressed: (event: KeyboardEvent | globalThis.KeyboardEvent) => boolean;
  left: () => void;
  send: () => void;
  label: string;
  placeholder: string;
  hint: string;
  takesFocus: boolean;
}

export function PlainBox(props: BoxProps) {
  const { text } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const place = (from: number, to: number, put: string) => {
    const next = text.slice(0, from) + put + text.slice(to);
    props.written(next, null);
    props.command(null);
    // After React has written the new value.
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(from + put.length, from + put.length);
    });
  };
  useImperativeHandle(props.box, () => ({
    insert: (put) => place(field.current?.selectionStart ?? text.length, field.current?.selectionEnd ?? text.length, put),
    replaceCommand: (put) => {
      const to = field.current?.selectionStart ?? text.length;
      const query = commandBefore(text.slice(0, to));
      place(query === null ? to : to - query.length - 1, to, put);
    },
    focus: () => field.current?.focus(),
  }));
  const look = () => {
    const { selectionStart, selectionEnd, value } = field.current!;
    props.command(selectionStart === selectionEnd ? commandBefore(value.slice(0, selectionStart)) : null);
  };
  const pressed = (event: KeyboardEvent) => {
    if (props.pressed(event)) return;
    // Enter that ends an input method's composition is not meant for us.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    props.send();
  };
  return (
    <Textarea
      ref={field}
      value={text}
      onChange={(event) => {
        props.written(event.currentTarget.value, null);
        look();
      }}
      onSelect={look}
      onKeyDown={pressed}
      onBlur={props.left}
      placeholder={props.placeholder}
      aria-label={props.label}
      dir={text === "" ? undefined : "auto"}
      autoFocus={props.takesFocus}
      autosize
      minRows={2}
      maxRows={8}
      variant="unstyled"
      data-testid="composer"
      title={props.hint}
    />
  );
}
