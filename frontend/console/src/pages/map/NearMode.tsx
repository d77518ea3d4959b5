import { Alert, Badge, Group, Stack, Text } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { call } from "../../http/api";
import type { Skill } from "../../http/views";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { ChoiceField } from "../../kit/fields";
import { byId, useList } from "../../kit/list";
import { useProblemText } from "../../live/context";
import { MapView, type Mark } from "../../map/MapView";
import type { Place, Ranked } from "../../protocolGeo";
import { Name } from "../work/Name";
import { useLength } from "./DayMode";
import type { Shared } from "./LiveMode";
import css from "./MapPage.module.css";
import { placesOf, told } from "./state";
import { words } from "./words";

/** Who could go to a place, in the order in which they would be there, and why. */
export function NearMode(props: Shared & { place: Place | null; setPlace: (place: Place) => void }) {
  const { place, technicians } = props;
  const { say } = usePhrases(words);
  const textOf = useProblemText();
  const skills = useList<Skill>("/api/skills", byId);
  const [skill, setSkill] = useState<string | null>(null);
  const [ranked, setRanked] = useState<Ranked[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (!place) return;
    let isGone = false;
    setTrouble(null);
    call<{ items: Ranked[] }>("POST", "/api/technicians/nearest", { place, skills: skill ? { [skill]: 1 } : {} }).then(
      ({ items }) => isGone || setRanked(items),
      (error: unknown) => isGone || setTrouble(textOf(error)),
    );
    return () => {
      isGone = true;
    };
  }, [place, skill, textOf]);
  const marks = useMemo<Mark[]>(
    () => [
      ...ranked.flatMap<Mark>(({ technician_id, name, place: at, is_fit }) => (at ? [{ id: technician_id, place: at, title: name, label: name, kind: is_fit ? "technician" : "warning" }] : [])),
      ...(place ? [{ id: "pick", place, title: say("near"), kind: "pick" as const }] : []),
    ],
    [ranked, place, say],
  );
  const [begun] = useState(() => placesOf(technicians));
  return (
    <div className={css.parts}>
      <Stack gap="sm" className={css.side}>
        <Text size="sm">{say("click_near")}</Text>
        <ChoiceField label={say("skill")} value={skill} set={setSkill} options={skills.items.map(({ id, name }) => ({ value: id, label: name }))} isClearable placeholder={say("any")} testid="near-skill" />
        {trouble !== null && <Alert color="red" role="alert">{trouble}</Alert>}
        <ol className={css.list}>{ranked.map((each) => <Entry key={each.technician_id} ranked={each} />)}</ol>
      </Stack>
      <div className={css.map}>
        <MapView settings={props.settings} marks={marks} focus={begun} click={props.setPlace} label={say("map")} />
      </div>
    </div>
  );
}

function Entry({ ranked }: { ranked: Ranked }) {
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const length = useLength();
  const { estimate } = ranked;
  const textOf = ({ kind, value }: Ranked["reasons"][number]) =>
    sayAny("reason", kind, kind).replace("{n}", () => length(value ?? 0)).replace("{when}", () => dates.span((value ?? 0) / 60));
  return (
    <li className={css.entry} data-testid="ranked" data-fit={ranked.is_fit}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={600} size="sm"><Name of={ranked.name} /></Text>
        {ranked.is_fit && estimate ? (
          <Text size="sm" data-testid="arrival">{say("arrival", { least: dates.span(estimate.least_seconds / 60), most: dates.span(estimate.most_seconds / 60) })}</Text>
        ) : (
          <Text size="sm" c="dimmed">{say("unfit")}</Text>
        )}
      </Group>
      <Group gap={4} mt={4}>
        {told(ranked).map((reason) => <Badge key={reason.kind} size="sm" variant="light" color={reason.seconds > 0 ? "gray" : "teal"} tt="none">{textOf(reason)}</Badge>)}
        {estimate && <Badge size="sm" variant="outline" color="gray" tt="none">{say(`source.${estimate.source}`)}</Badge>}
      </Group>
    </li>
  );
}
