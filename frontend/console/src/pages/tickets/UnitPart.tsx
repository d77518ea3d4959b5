import { Anchor, Badge, Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { dayOfPlain } from "../../kit/calendar";
import { DateField, useWritten } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { Id, Iso } from "../../protocol";
import { pathTo } from "../../shell/route";
import { pageWords } from "./pageWords";
import { Section } from "./Section";
import { nameIn, type TicketRow } from "./ticket";
import type { PartProps } from "./TicketPage";
import css from "./Tickets.module.css";
import { unitWords } from "./unitWords";

const warranties = ["unknown", "in", "out"] as const;
type Warranty = (typeof warranties)[number];

interface Unit {
  product: string;
  serial: string;
  place: "in_house" | "outside";
  workshop: string;
  condition: string;
  received_on: string;
  warranty_said: Warranty;
  warranty_until: string | null;
  /** What holds. */
  warranty: Warranty;
  charge: "free" | "charged" | "open";
  version: number;
}

interface UnitOfCase {
  unit: Unit | null;
  steps: { status_id: Id; since: Iso; until: Iso | null }[];
  earlier: TicketRow[];
}

/** The unit of a service case, whether it is repaired free of charge, and where it was when. */
export function UnitPart(props: PartProps & { read: () => Promise<void> }) {
  const { ticket, mayWrite } = props;
  const { say } = usePhrases(unitWords);
  const [known, setKnown] = useState<UnitOfCase | null>(null);
  const [isOpen, editing] = useDisclosure(false);
  const path = `/api/tickets/${ticket.id}/unit`;
  const load = useCallback(async () => setKnown(await call<UnitOfCase>("GET", path)), [path]);
  useEffect(() => {
    load().catch(() => setKnown(null));
  }, [load, ticket.version, ticket.status_id]);
  if (known === null) return null;
  const { unit } = known;
  const saved = (next: UnitOfCase) => {
    setKnown(next);
    editing.close();
    void props.read();
  };
  return (
    <Section
      title={say("unit")}
      tools={mayWrite && !isOpen && <Button size="compact-xs" variant="subtle" leftSection={<IconPencil size={14} aria-hidden />} onClick={editing.open} data-testid="unit-open">{say(unit ? "change" : "register")}</Button>}
      testid="ticket-unit"
    >
      {isOpen ? <UnitForm key={unit?.version ?? 0} path={path} unit={unit} saved={saved} close={editing.close} reload={() => void load()} /> : unit ? <UnitLines unit={unit} /> : <Text size="sm" c="dimmed">{say("none")}</Text>}
      <Way {...props} steps={known.steps} />
      {known.earlier.length > 0 && (
        <Stack gap={2}>
          <Text size="xs" c="dimmed">{say("earlier")}</Text>
          {known.earlier.map((each) => <Anchor key={each.id} size="sm" href={pathTo("tickets", each.id)} data-testid="earlier-case"><bdi dir="ltr">{each.number}</bdi> <bdi>{each.subject}</bdi></Anchor>)}
        </Stack>
      )}
    </Section>
  );
}

const colors = { free: "teal", charged: "orange", open: "gray" } as const;

function UnitLines(props: { unit: Unit }) {
  const { unit } = props;
  const { say } = usePhrases(unitWords);
  const write = useWritten();
  return (
    <Stack gap={4} data-testid="unit" data-charge={unit.charge}>
      <Text size="sm"><b dir="auto">{unit.product}</b>{unit.serial !== "" && <> · <bdi dir="ltr">{unit.serial}</bdi></>}</Text>
      <Group gap="xs">
        <Badge color={colors[unit.charge]} variant="light" tt="none">{say(`warranty.${unit.warranty}`)}</Badge>
        <Badge color={colors[unit.charge]} variant="light" tt="none">{say(`charge.${unit.charge}`)}</Badge>
      </Group>
      <Text size="sm">{say(`place.${unit.place}`)}{unit.workshop !== "" && <> · <bdi>{unit.workshop}</bdi></>} · {say("received_on")} {write(dayOfPlain(unit.received_on))}</Text>
      {unit.condition !== "" && <p className={css.text} dir="auto">{unit.condition}</p>}
    </Stack>
  );
}

/** Its stages with their times, the last one first. */
function Way(props: PartProps & { steps: UnitOfCase["steps"] }) {
  const { say } = usePhrases(unitWords);
  const page = usePhrases(pageWords);
  const { language } = useSpeech();
  const dates = useDates();
  const nameOf = (id: Id) => {
    const found = props.setup.statuses.find((each) => each.id === id);
    return found ? nameIn(found.names, language) : page.say("another");
  };
  return (
    <ul className={css.lines} aria-label={say("way")}>
      {[...props.steps].reverse().map((step) => (
        <li key={`${step.status_id} ${step.since}`} className={css.line} data-testid="unit-step">
          <Text size="sm" fw={step.until === null ? 600 : 400}>{nameOf(step.status_id)}</Text>
          <Text size="xs" c="dimmed">{step.until === null ? say("step", { since: dates.full(step.since) }) : say("step_past", { since: dates.full(step.since), until: dates.full(step.until) })}</Text>
        </li>
      ))}
    </ul>
  );
}

function UnitForm(props: { path: string; unit: Unit | null; saved: (next: UnitOfCase) => void; close: () => void; reload: () => void }) {
  const { unit } = props;
  const { say } = usePhrases(unitWords);
  const page = usePhrases(pageWords);
  const first = {
    product: unit?.product ?? "",
    serial: unit?.serial ?? "",
    place: unit?.place ?? ("in_house" as Unit["place"]),
    workshop: unit?.workshop ?? "",
    condition: unit?.condition ?? "",
    received_on: unit?.received_on ?? (null as string | null),
    warranty: unit?.warranty_said ?? ("unknown" as Warranty),
    warranty_until: unit?.warranty_until ?? (null as string | null),
    version: unit?.version ?? 0,
  };
  const editor = useEditor(first, async (values) => {
    props.saved(await call<UnitOfCase>("PUT", props.path, values));
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      <TextField label={say("product")} value={values.product} set={(product) => set({ product })} error={fault("product")} isRequired testid="unit-product" />
      <TextField label={say("serial")} value={values.serial} set={(serial) => set({ serial })} error={fault("serial")} isCode testid="unit-serial" />
      <SegmentedControl aria-label={say("place")} value={values.place} onChange={(place) => set({ place: place as Unit["place"] })} data={(["in_house", "outside"] as const).map((value) => ({ value, label: say(`place.${value}`) }))} data-testid="unit-place" />
      {values.place === "outside" && <TextField label={say("workshop")} value={values.workshop} set={(workshop) => set({ workshop })} error={fault("workshop")} testid="unit-workshop" />}
      <TextField label={say("condition")} value={values.condition} set={(condition) => set({ condition })} error={fault("condition")} rows={2} testid="unit-condition" />
      <div className={css.pair}>
        <DateField label={say("received_on")} value={values.received_on} set={(received_on) => set({ received_on })} error={fault("received_on")} testid="unit-received" />
        <DateField label={say("warranty_until")} hint={say("warranty_hint")} value={values.warranty_until} set={(warranty_until) => set({ warranty_until })} error={fault("warranty_until")} testid="unit-until" />
      </div>
      <ChoiceField label={say("warranty")} value={values.warranty} set={(warranty) => warranty && set({ warranty: warranty as Warranty })} options={warranties.map((each) => ({ value: each, label: say(`warranty.${each}`) }))} isDisabled={values.warranty_until !== null} testid="unit-warranty" />
      <Button variant="subtle" size="xs" onClick={props.close}>{page.say("cancel")}</Button>
    </Form>
  );
}
