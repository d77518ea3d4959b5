import { Button, Combobox, Group, Pill, PillsInput, Text, useCombobox } from "@mantine/core";
import { useEffect, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { call } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { useCommand, useFeed } from "../../live/context";
import type { Interaction, Recipient, Recipients } from "../../protocol";
import css from "./Composer.module.css";
import { customerOf, isAddress, recipientIn, recipientsIn, saidRecipients } from "./letter";
import { mailWords } from "./mailWords";

const most = 50;
const lookAfterMs = 250;
type Place = keyof Recipients;
const places: Place[] = ["to", "cc", "bcc"];

interface RowProps {
  interaction: Interaction;
  /** Null: the customer alone, or while something is passed on, nobody yet. */
  value: Recipients | null;
  isForward: boolean;
  set: (value: Recipients | null) => void;
}

/** To whom a mail goes: one line while it is the customer alone, else chips for each kind. */
export function RecipientsRow(props: RowProps) {
  const { interaction, value, isForward } = props;
  const { say } = usePhrases(mailWords);
  const [isWide, setWide] = useState(false);
  const { isBusy, run } = useCommand();
  const present: Recipients = value ?? { to: isForward ? [] : [customerOf(interaction)], cc: [], bcc: [] };
  const change = (place: Place, people: Recipient[]) => {
    // Who is added here is no longer there.
    const fresh = new Set(people.filter((one) => !present[place].includes(one)).map(({ address }) => address));
    const rest = (other: Place) => present[other].filter(({ address }) => !fresh.has(address));
    const next = { to: rest("to"), cc: rest("cc"), bcc: rest("bcc"), [place]: people };
    props.set(isForward ? (next.to.length === 0 ? null : next) : saidRecipients(next, interaction));
  };
  const toAll = () =>
    run(async () => {
      props.set(saidRecipients(await call<Recipients>("GET", `/api/interactions/${interaction.id}/recipients`), interaction));
      setWide(true);
    });
  const count = present.to.length + present.cc.length + present.bcc.length;
  const misses = present.to.length > 0 && !places.some((place) => present[place].some(({ address }) => address === interaction.address));

  if (!isWide && !isForward && value === null) {
    return (
      <Group gap={6} wrap="nowrap" className={css.people} data-testid="recipients">
        <Text size="xs" c="dimmed" className={css.peopleLine} truncate>{say("to")}: <bdi>{interaction.customer.name}</bdi> <bdi dir="ltr">&lt;{interaction.address}&gt;</bdi></Text>
        <Button size="compact-xs" variant="subtle" onClick={() => setWide(true)} data-testid="recipients-open">{say("add_people")}</Button>
        <Button size="compact-xs" variant="subtle" loading={isBusy} onClick={() => void toAll()} data-testid="reply-all">{say("reply_all")}</Button>
      </Group>
    );
  }
  return (
    <div className={css.people} data-testid="recipients">
      {places.map((place) => (
        <Chips key={place} label={say(place)} testid={`recipients-${place}`} value={present[place]} set={(people) => change(place, people)} isFull={count >= most} />
      ))}
      <Group gap={6}>
        {misses && <Text size="xs" c="orange.9" role="status" data-testid="not-to-customer">{say("not_to_customer")}</Text>}
        {count >= most && <Text size="xs" c="red">{say("too_many", { n: most })}</Text>}
        {!isForward && (
          <>
            <Button size="compact-xs" variant="subtle" loading={isBusy} onClick={() => void toAll()} data-testid="reply-all">{say("reply_all")}</Button>
            <Button size="compact-xs" variant="subtle" onClick={() => { props.set(null); setWide(false); }} data-testid="customer-only">{say("customer_only")}</Button>
          </>
        )}
      </Group>
    </div>
  );
}

interface ChipsProps {
  label: string;
  testid: string;
  value: Recipient[];
  set: (people: Recipient[]) => void;
  isFull: boolean;
}

/** Addresses as chips; typing offers customers, a comma or Enter takes what is typed. */
function Chips(props: ChipsProps) {
  const { value } = props;
  const { say } = usePhrases(mailWords);
  const { me } = useFeed();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const offered = useOffered(text, me.permissions.includes("customer.read"));

  const add = (found: Recipient[], left: string[]) => {
    const known = new Set(value.map(({ address }) => address));
    const fresh = found.filter(({ address }, at) => !known.has(address) && found.findIndex((other) => other.address === address) === at);
    if (fresh.length > 0) props.set([...value, ...fresh].slice(0, most));
    setText(left.join(", "));
    setWrong(left.length > 0 ? left.join(", ") : null);
    box.closeDropdown();
  };
  const take = (said: string) => {
    const { found, left } = recipientsIn(said);
    add(found, left);
  };
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const isChosen = box.dropdownOpened && box.getSelectedOptionIndex() >= 0;
    if ((event.key === "Enter" && !isChosen) || event.key === "," || event.key === ";" || event.key === "،") {
      event.preventDefault();
      if (text.trim() !== "") take(text);
    } else if (event.key === "Backspace" && text === "" && value.length > 0) {
      props.set(value.slice(0, -1));
    }
  };
  const pasted = (event: ClipboardEvent<HTMLInputElement>) => {
    const said = event.clipboardData.getData("text/plain");
    if (!/[,;\n<]/.test(said)) return;
    event.preventDefault();
    take(text === "" ? said : `${text}, ${said}`);
  };
  return (
    <Combobox store={box} onOptionSubmit={(chosen) => add([recipientIn(chosen)!], [])} withinPortal>
      <Combobox.DropdownTarget>
        <PillsInput size="xs" error={wrong !== null && say("wrong_address", { text: wrong })} className={css.chips!} leftSection={<span className={css.chipsLabel}>{props.label}</span>} leftSectionWidth={92} data-testid={props.testid}>
          <Pill.Group>
            {value.map(({ address, name }) => (
              <Pill
                key={address}
                withRemoveButton
                onRemove={() => props.set(value.filter((one) => one.address !== address))}
                removeButtonProps={{ "aria-label": `${props.label}: ${address} ×`, tabIndex: 0, "aria-hidden": false }}
                title={address}
                data-testid="chip"
              >
                {name === "" ? <bdi dir="ltr">{address}</bdi> : <><bdi>{name}</bdi> <bdi dir="ltr">&lt;{address}&gt;</bdi></>}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                value={text}
                disabled={props.isFull && text === ""}
                aria-label={props.label}
                inputMode="email"
                autoComplete="off"
                dir={text === "" ? undefined : "auto"}
                onChange={(event) => { setText(event.currentTarget.value); setWrong(null); box.openDropdown(); }}
                onKeyDown={pressed}
                onPaste={pasted}
                onBlur={() => { box.closeDropdown(); if (text.trim() !== "") take(text); }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={offered.length === 0}>
        <Combobox.Options>
          {offered.map(({ address, name }) => (
            <Combobox.Option key={address} value={`"${name.replaceAll('"', "")}" <${address}>`} data-testid="offered">
              <bdi>{name}</bdi> <Text component="span" size="xs" c="dimmed"><bdi dir="ltr">{address}</bdi></Text>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** Customers whose name or address fits what is typed. */
function useOffered(text: string, mayLook: boolean): Recipient[] {
  const [offered, setOffered] = useState<Recipient[]>([]);
  const asked = text.trim();
  useEffect(() => {
    if (!mayLook || asked.length < 2 || isAddress(asked)) return setOffered([]);
    let isGone = false;
    const timer = window.setTimeout(() => {
      call<{ items: CustomerRecord[] }>("GET", `/api/customers?limit=8&q=${encodeURIComponent(asked)}`).then(
        ({ items }) => !isGone && setOffered(items.flatMap(mailsOf).slice(0, 8)),
        () => undefined,
      );
    }, lookAfterMs);
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [asked, mayLook]);
  return offered;
}

const mailsOf = ({ name, identities }: CustomerRecord): Recipient[] =>
  identities.filter(({ kind }) => kind === "email").map(({ value }) => ({ address: value, name }));
