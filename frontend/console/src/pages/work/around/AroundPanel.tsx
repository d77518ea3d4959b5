import { ActionIcon, Alert, Anchor, Badge, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconCheck, IconMailOff, IconUserPlus, IconX } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { call } from "../../../http/api";
import { useSpeech } from "../../../i18n/context";
import { usePhrases } from "../../../i18n/phrases";
import { kitWords } from "../../../kit/words";
import { useCommand, useFeed } from "../../../live/context";
import type { Interaction } from "../../../protocol";
import { pathTo } from "../../../shell/route";
import { Name } from "../Name";
import { readAgain, useAround, type Bounce, type LinkedInteraction, type Participant } from "./around";
import { words } from "./words";

/** Whether this person may decide who takes part: whoever has the conversation, or supervises it. */
function useMayDecide(interaction: Interaction): boolean {
  const { me } = useFeed();
  const isOwn = interaction.agent_id === me.id && interaction.state !== "closed";
  return isOwn || (interaction.state === "assigned" && me.permissions.includes("work.supervise"));
}

/** Beside a conversation by mail: who takes part, and which conversations come before and after it. */
export function AroundPanel(props: { interaction: Interaction }) {
  const { interaction } = props;
  const around = useAround(interaction);
  const { say } = usePhrases(words);
  const mayDecide = useMayDecide(interaction);
  if (!around) return null;
  return (
    <>
      {around.links.length > 0 && (
        <section data-testid="links">
          <Title order={3} fz="sm" mb={6}>{say("links")}</Title>
          <Stack gap={4}>{around.links.map((link) => <LinkLine key={link.id} link={link} />)}</Stack>
        </section>
      )}
      <section data-testid="participants">
        <Title order={3} fz="sm" mb={6}>{say("title")}</Title>
        <Stack gap={8}>
          {around.participants.map((one) => (
            <Person key={one.id ?? "customer"} one={one} interaction={interaction} mayDecide={mayDecide} />
          ))}
          {mayDecide && <AddPerson interaction={interaction} />}
        </Stack>
      </section>
    </>
  );
}

function LinkLine(props: { link: LinkedInteraction }) {
  const { link } = props;
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { work } = useFeed();
  const word = link.reason === "refused" ? "link.refused" : "link.closed";
  return (
    <Text size="sm" data-testid="link">
      {say(`${word}.${link.is_earlier ? "earlier" : "later"}`)}{" "}
      <Anchor href={pathTo(work[link.id] ? "work" : "conversations", link.id)} size="sm"><bdi>#{number(link.number)}</bdi></Anchor>
      {link.subject && <> · <Name of={link.subject} /></>}
    </Text>
  );
}

const colours = { pending: "yellow", confirmed: "teal", refused: "gray" } as const;

function Person(props: { one: Participant; interaction: Interaction; mayDecide: boolean }) {
  const { one, interaction, mayDecide } = props;
  const { say } = usePhrases(words);
  const { isBusy, run } = useCommand();
  const decide = (how: "confirm" | "refuse") => () =>
    void run(async () => {
      await call("POST", `/api/interactions/${interaction.id}/participants/${one.id}/${how}`);
      readAgain();
    });
  const origin = say(`origin.${one.origin}`);
  return (
    <div data-testid="participant" data-address={one.address} data-state={one.state}>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}><bdi dir="ltr">{one.address}</bdi></Text>
      <Group gap={6} wrap="nowrap">
        <Text size="xs" c="dimmed" flex={1}>{one.name !== "" && <><Name of={one.name} /> · </>}{origin}</Text>
        {one.id !== null && <Badge size="sm" variant="light" tt="none" flex="none" color={colours[one.state]} c="var(--mantine-color-text)">{say(`state.${one.state}`)}</Badge>}
        {mayDecide && one.id !== null && one.state !== "confirmed" && (
          <ActionIcon variant="default" size="lg" color="teal" loading={isBusy} onClick={decide("confirm")} aria-label={say("confirm", { name: one.address })} title={say("confirm", { name: one.address })} data-testid="participant-confirm">
            <IconCheck size={16} />
          </ActionIcon>
        )}
        {mayDecide && one.id !== null && one.state !== "refused" && (
          <ActionIcon variant="default" size="lg" loading={isBusy} onClick={decide("refuse")} aria-label={say("refuse", { name: one.address })} title={say("refuse", { name: one.address })} data-testid="participant-refuse">
            <IconX size={16} />
          </ActionIcon>
        )}
      </Group>
      {one.bounce && <BounceMark bounce={one.bounce} path={`/api/interactions/${interaction.id}/bounces/clear`} cleared={readAgain} />}
    </div>
  );
}

/** An address that sends mail back: why, and a way to say that it is good again. */
export function BounceMark(props: { bounce: Bounce; path: string; cleared: () => void }) {
  const { bounce } = props;
  const { say, count } = usePhrases(words);
  const { me } = useFeed();
  const { isBusy, run } = useCommand();
  const clear = () =>
    void run(async () => {
      await call("POST", props.path, { address: bounce.address });
      props.cleared();
    });
  return (
    <Alert color={bounce.is_hard ? "red" : "yellow"} p="xs" mt={4} icon={<IconMailOff size={18} aria-hidden />} data-testid="bounce" data-hard={bounce.is_hard}>
      <Text size="sm">{bounce.is_hard ? say("bounce.hard") : count("bounce.soft", bounce.times)}</Text>
      <Text size="xs" dir="auto">{[bounce.status, bounce.reason].filter(Boolean).join(" ")}</Text>
      {me.permissions.includes("interaction.reply") && (
        <Button size="compact-sm" variant="default" mt={4} loading={isBusy} onClick={clear} data-testid="bounce-clear">{say("bounce.clear")}</Button>
      )}
    </Alert>
  );
}

function AddPerson(props: { interaction: Interaction }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const { isBusy, run } = useCommand();
  const [isOpen, setOpen] = useState(false);
  const [address, setAddress] = useState("");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isDone = await run(async () => {
      await call("POST", `/api/interactions/${props.interaction.id}/participants`, { address: address.trim() });
      readAgain();
    });
    if (!isDone) return;
    setAddress("");
    setOpen(false);
  };
  if (!isOpen) {
    return <Button size="compact-sm" variant="subtle" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setOpen(true)} data-testid="participant-add">{say("add")}</Button>;
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Group gap={6} align="end">
        <TextInput flex={1} size="xs" label={say("address")} value={address} onChange={(event) => setAddress(event.currentTarget.value)} dir={address === "" ? undefined : "ltr"} data-testid="participant-address" />
        <Button type="submit" size="xs" loading={isBusy} disabled={!address.includes("@")}>{say("add_it")}</Button>
        <Button size="xs" variant="default" onClick={() => setOpen(false)}>{kit.say("cancel")}</Button>
      </Group>
    </form>
  );
}

/** Over the composer: what has to be known before anybody answers. */
export function BeforeAnswering(props: { interaction: Interaction }) {
  const around = useAround(props.interaction);
  const { say, count } = usePhrases(words);
  const pending = around?.participants.filter(({ state, origin }) => state === "pending" && origin !== "cc").length ?? 0;
  const bounce = around?.participants[0]?.bounce;
  if (!bounce && pending === 0) return null;
  return (
    <Stack gap={4} px="sm" pt="xs" data-testid="before-answering">
      {bounce && (
        <Alert color={bounce.is_hard ? "red" : "yellow"} p="xs" icon={<IconMailOff size={18} aria-hidden />}>
          <Text size="sm">{bounce.is_hard ? say("answer.bounce") : count("bounce.soft", bounce.times)} <bdi dir="ltr">{bounce.address}</bdi></Text>
        </Alert>
      )}
      {pending > 0 && <Alert color="yellow" p="xs"><Text size="sm">{count("answer.pending", pending)}</Text></Alert>}
    </Stack>
  );
}
