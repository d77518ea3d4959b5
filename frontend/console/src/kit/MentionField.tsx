import { Textarea } from "@mantine/core";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Id } from "../protocol";
import { matches } from "./fold";
import css from "./MentionField.module.css";

export interface Mentionable {
  id: Id;
  name: string;
}

interface MentionFieldProps {
  value: string;
  change: (value: string) => void;
  people: Mentionable[];
  /** Called with whoever was picked; what of it is still in the text says `mentionsIn`. */
  picked: (person: Mentionable) => void;
  label: string;
  placeholder: string;
  listLabel: string;
  testId: string;
  submit: () => void;
  isQuiet?: boolean;
  takesFocus?: boolean;
  left?: () => void;
}

const mostShown = 6;
const begun = /(?:^|\s)@([^\s@]{0,40})$/u;

/** A text in which `@` offers people to mention. Enter sends, Shift+Enter starts a new line. */
export function MentionField(props: MentionFieldProps) {
  const { value, people } = props;
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [word, setWord] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const offered = word === null ? [] : people.filter(({ name }) => matches(word, name)).slice(0, mostShown);
  const current = offered[Math.min(at, offered.length - 1)];

  const look = () => {
    const caret = box.current?.selectionStart ?? 0;
    const found = begun.exec((box.current?.value ?? "").slice(0, caret));
    setWord(found ? found[1]! : null);
    setAt(0);
  };
  const pick = (person: Mentionable) => {
    const caret = box.current?.selectionStart ?? value.length;
    const start = value.slice(0, caret).lastIndexOf("@");
    props.change(`${value.slice(0, start)}@${person.name} ${value.slice(caret)}`);
    props.picked(person);
    setWord(null);
    box.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    // Enter that ends an input method's composition is not meant for us.
    if (event.nativeEvent.isComposing) return;
    if (current && steer(event, pick)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    props.submit();
  };
  const steer = (event: KeyboardEvent, choose: (person: Mentionable) => void): boolean => {
    const moves: Record<string, () => void> = {
      ArrowDown: () => setAt((at + 1) % offered.length),
      ArrowUp: () => setAt((at + offered.length - 1) % offered.length),
      Enter: () => choose(current!),
      Tab: () => choose(current!),
      Escape: () => setWord(null),
    };
    const move = moves[event.key];
    if (!move || event.shiftKey) return false;
    event.preventDefault();
    event.stopPropagation();
    move();
    return true;
  };

  return (
    <div className={css.field}>
      <Textarea
        ref={box}
        value={value}
        onChange={(event) => { props.change(event.currentTarget.value); look(); }}
        onKeyDown={pressed}
        onBlur={() => { setWord(null); props.left?.(); }}
        placeholder={props.placeholder}
        aria-label={props.label}
        aria-autocomplete="list"
        aria-controls={current ? id : undefined}
        aria-activedescendant={current ? `${id}-${current.id}` : undefined}
        dir={value === "" ? undefined : "auto"}
        autosize
        minRows={props.isQuiet ? 1 : 2}
        maxRows={8}
        autoFocus={props.takesFocus ?? false}
        variant={props.isQuiet ? "default" : "unstyled"}
        data-testid={props.testId}
      />
      {current && (
        <ul className={css.offered} id={id} role="listbox" aria-label={props.listLabel} data-testid="mention-list">
          {offered.map((person) => (
            <Offered key={person.id} id={`${id}-${person.id}`} isCurrent={person === current} pick={() => pick(person)}>
              <bdi>{person.name}</bdi>
            </Offered>
          ))}
        </ul>
      )}
    </div>
  );
}

function Offered(props: { id: string; isCurrent: boolean; pick: () => void; children: ReactNode }) {
  return (
    <li
      id={props.id}
      role="option"
      aria-selected={props.isCurrent}
      // Before the field loses the focus.
      onPointerDown={(event) => { event.preventDefault(); props.pick(); }}
    >
      {props.children}
    </li>
  );
}

/** Whom a text still mentions, of those who were picked. */
export function mentionsIn(text: string, picked: Mentionable[]): Id[] {
  return [...new Set(picked.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id))];
}
