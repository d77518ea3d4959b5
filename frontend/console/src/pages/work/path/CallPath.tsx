import { Button, Group, Text, Timeline } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRoute } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call as ask } from "../../../http/api";
import { useDates, useSpeech } from "../../../i18n/context";
import { usePhrases } from "../../../i18n/phrases";
import { useTiers } from "../../../kit/tiers";
import type { Call, Interaction, Iso } from "../../../protocol";
import { useExitLabel } from "../../callflows/exits";
import { words as flowWords } from "../../callflows/words";
import css from "../Bars.module.css";
import { Name } from "../Name";
import { words } from "./words";

interface Passed {
  step: string;
  kind: string;
  name: string;
  exit: string;
  typed: string;
  at: Iso;
}

interface Path {
  items: Passed[];
  flow: string;
  began_at: Iso | null;
  ended: string | null;
  where: string;
}

/** What the machine did with a caller before people had the call: each step with its time, and how the call ended. */
export default function CallPath(props: { interaction: Interaction; call: Call }) {
  const { interaction, call } = props;
  const path = usePath(interaction.id, `${interaction.state} ${call.status}`);
  const { say, count } = usePhrases(words);
  const [isOpen, opening] = useDisclosure(false);
  if (path === null || path.began_at === null) return null;
  return (
    <section className={css.bar} aria-label={say("title")} data-testid="call-path">
      <Group gap="sm">
        <IconRoute size={20} aria-hidden />
        <Text fw={600} size="sm">{say("title")}</Text>
        <Text size="sm" c="dimmed"><Name of={path.flow} /></Text>
      </Group>
      <Button size="compact-sm" variant="default" onClick={opening.toggle} aria-expanded={isOpen} data-testid="call-path-show">{isOpen ? say("hide") : count("show", path.items.length)}</Button>
      {isOpen && <Steps path={path} call={call} hasMessage={Boolean(interaction.details && "voicemail" in interaction.details)} />}
    </section>
  );
}

function Steps(props: { path: Path; call: Call; hasMessage: boolean }) {
  const { path, call } = props;
  const { say } = usePhrases(words);
  const flow = usePhrases(flowWords);
  const speech = useSpeech();
  const exitLabel = useExitLabel({ tiers: useTiers().items });
  const outcome = props.hasMessage ? say("message") : call.outcome && speech.sayAny("event", `call.${call.outcome}`, call.outcome);
  return (
    <Timeline active={path.items.length + 2} bulletSize={12} lineWidth={2} w="100%" mah={320} mt={4} style={{ overflowY: "auto" }} tabIndex={0} data-testid="call-path-steps">
      <Line title={say("began")} at={path.began_at} />
      {path.items.map((each, place) => (
        <Line key={place} title={<><Name of={each.name} />: {exitLabel(each.exit)}</>} kind={flow.sayAny("kind", each.kind, each.kind)} typed={each.typed} at={each.at} begin={path.began_at} />
      ))}
      {path.ended === "hung_up" && <Line title={<><Name of={path.where} />: {say("hung_up")}</>} at={call.ended_at} begin={path.began_at} />}
      {path.ended !== "hung_up" && call.ended_at !== null && outcome && <Line title={outcome} at={call.ended_at} begin={path.began_at} />}
    </Timeline>
  );
}

/** A step, when it was, and how long after the call began. */
function Line(props: { title: React.ReactNode; kind?: string; typed?: string; at: Iso | null; begin?: Iso | null }) {
  const { typed = "", at, begin = null } = props;
  const { say } = usePhrases(words);
  const speech = useSpeech();
  const dates = useDates();
  const isSecret = typed !== "" && /^•+$/.test(typed);
  return (
    <Timeline.Item title={<Text size="sm" component="span">{props.title}</Text>} data-testid="call-path-step">
      <Text size="xs" c="dimmed">
        {at !== null && <time dateTime={at} title={dates.full(at)}>{dates.full(at)}</time>}
        {at !== null && begin !== null && <> · {say("after", { time: dates.duration(Math.max(0, Date.parse(at) - Date.parse(begin)) / 1000) })}</>}
        {props.kind && <> · {props.kind}</>}
        {typed !== "" && <> · {isSecret ? say("hidden", { count: speech.number(typed.length) }) : say("typed", { digits: speech.keys(typed) })}</>}
      </Text>
    </Timeline.Item>
  );
}

/** Null until it is known, and where it cannot be read. */
function usePath(id: string, moment: string): Path | null {
  const [path, setPath] = useState<Path | null>(null);
  useEffect(() => {
    let isGone = false;
    ask<Path>("GET", `/api/interactions/${id}/call-path`).then((found) => isGone || setPath(found), () => undefined);
    return () => { isGone = true; };
  }, [id, moment]);
  return path;
}
