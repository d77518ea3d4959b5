import { Accordion, Badge, Select, Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { HolidaysSection } from "./Holidays";
import { completed, type Hours } from "./model";
import { Preview } from "./Preview";
import { SeasonsSection } from "./Seasons";
import { DaysOffSection, SpecialSection } from "./SingleDays";
import { WeekField } from "./Spans";
import { Trial } from "./Trial";
import { hoursWords } from "./words";

/** The parts of hours of which a refusal may speak, for `useEditor`. */
export const partsOfHours = ["zone", "weekly", "rules", "holidays", "seasons", "special"] as const;
type Part = (typeof partsOfHours)[number];

interface EditorProps {
  value: Hours;
  set: (value: Hours) => void;
  fault?: ((part: Part) => string | undefined) | undefined;
  opened?: string[];
}

/** When people answer: the week, holidays in three calendars, seasons, single days, and what comes of it all. */
export function HoursEditor(props: EditorProps) {
  const { say } = usePhrases(hoursWords);
  const hours = completed(props.value);
  const change = (part: Partial<Hours>) => props.set({ ...hours, ...part });
  const fault = props.fault ?? (() => undefined);
  const [opened, setOpened] = useState<string[]>(props.opened ?? []);
  const faulty = partsOfHours.filter((part) => fault(part) !== undefined);
  const section = (part: Part, title: string, count: number, children: ReactNode) => <Section part={part} title={title} count={count} error={fault(part)}>{children}</Section>;
  return (
    <Stack gap="md" data-testid="hours">
      <Select label={say("zone")} searchable openOnFocus={false} data={[...new Set([hours.zone, "UTC", ...Intl.supportedValuesOf("timeZone")])]} value={hours.zone} onChange={(zone) => zone && change({ zone })} allowDeselect={false} dir="ltr" limit={60} error={fault("zone")} data-testid="field-zone" />
      <Stack gap={4}>
        <Text size="sm" fw={600}>{say("weekly")}</Text>
        <Text size="xs" c="dimmed">{say("weekly_hint")}</Text>
        <WeekField value={hours.weekly} set={(weekly) => change({ weekly })} />
        <Fault text={fault("weekly")} />
      </Stack>
      <Accordion variant="contained" multiple value={[...new Set([...opened, ...faulty])]} onChange={setOpened}>
        {section("rules", say("rules"), hours.rules.length, <HolidaysSection value={hours.rules} set={(rules) => change({ rules })} />)}
        {section("holidays", say("single"), hours.holidays.length, <DaysOffSection value={hours.holidays} set={(holidays) => change({ holidays })} />)}
        {section("seasons", say("seasons"), hours.seasons.length, <SeasonsSection value={hours.seasons} set={(seasons) => change({ seasons })} weekly={hours.weekly} />)}
        {section("special", say("special"), hours.special.length, <SpecialSection value={hours.special} set={(special) => change({ special })} />)}
        <Accordion.Item value="preview">
          <Accordion.Control data-testid="hours-preview">{say("preview")}</Accordion.Control>
          <Accordion.Panel><Stack><Preview hours={hours} /><Trial hours={props.value} /></Stack></Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

function Section(props: { part: Part; title: string; count: number; error: string | undefined; children: ReactNode }) {
  const { number } = useSpeech();
  return (
    <Accordion.Item value={props.part}>
      <Accordion.Control data-testid={`hours-${props.part}`}>
        {props.title} {props.count > 0 && <Badge variant="light" color="gray" ms={6}>{number(props.count)}</Badge>}
      </Accordion.Control>
      <Accordion.Panel>
        {props.children}
        <Fault text={props.error} />
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function Fault(props: { text: string | undefined }) {
  return props.text ? <Text size="xs" c="red" role="alert" mt={4}>{props.text}</Text> : null;
}
