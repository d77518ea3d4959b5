import { Anchor, Group, Stack, Title } from "@mantine/core";
import { HoursEditor } from "../../hours/HoursEditor";
import { placesIn } from "../../hours/HoursField";
import { completed, freshHours, type Hours } from "../../hours/model";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { isWeekend, plainOf, today } from "../../kit/calendar";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import { byId, useList, type List } from "../../kit/list";
import { useFeed } from "../../live/context";
import { PlaceField } from "../../map/Picker";
import type { Fence, Technician, TechnicianDetail, TechnicianSettings } from "../../protocolGeo";
import { go, pathTo } from "../../shell/route";
import { Phones } from "./Phones";
import { words } from "./words";

interface AgentRow {
  staff_id: string;
  name: string;
}

interface TechnicianFormProps {
  technician: Technician | null;
  technicians: List<Technician>;
  reload: () => void;
}

const agentId = ({ staff_id }: AgentRow) => staff_id;
// Day 4 after 1 January 1970 was a Monday, with which hours begin to count.
const monday = 4;

export function TechnicianForm(props: TechnicianFormProps) {
  const { technician, technicians } = props;
  const { say } = usePhrases(words);
  const { me, organisation } = useFeed();
  const agents = useList<AgentRow>(technician === null && me.permissions.includes("agent.manage") ? "/api/agents?limit=200" : null, agentId);
  const fences = useList<Fence>("/api/fences", byId);
  const initial = { id: technician?.id ?? (null as string | null), version: technician?.version ?? 0, ...(technician ? technician.settings : fresh((day) => isWeekend(monday + day, organisation))) };
  const editor = useEditor(
    { ...initial, shift: completed(initial.shift) },
    async ({ id, ...values }) => {
      const saved = await call<TechnicianDetail>("PUT", `/api/technicians/${id}`, values);
      technicians.put(saved);
      if (!technician) go("technicians", saved.id);
      return { version: saved.version };
    },
    placesIn("shift"),
  );
  const { values, set, fault } = editor;
  const known = new Set(technicians.items.map(({ id }) => id));
  const territories = fences.items.filter(({ is_territory }) => is_territory).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Stack gap="lg">
      {technician && <Anchor size="sm" href={pathTo("map", "day", technician.id, plainOf(today()))}>{say("on_map")}</Anchor>}
      <Form editor={editor} reload={props.reload} isFixed={values.id === null}>
        {!technician && (
          <ChoiceField label={say("agent")} value={values.id} set={(id) => set({ id })} options={agents.items.filter(({ staff_id }) => !known.has(staff_id)).map(({ staff_id, name }) => ({ value: staff_id, label: name }))} isRequired testid="field-agent" />
        )}
        <TextField label={say("vehicle")} value={values.vehicle} set={(vehicle) => set({ vehicle })} error={fault("vehicle")} testid="field-vehicle" />
        <TextField label={say("text_number")} hint={say("text_number_hint")} isCode value={values.text_number} set={(text_number) => set({ text_number })} error={fault("text_number")} testid="field-text-number" />
        <PlaceField label={say("set_home")} value={values.home} set={(home) => set({ home })} />
        <ChoiceField label={say("territory")} value={values.territory_id} set={(territory_id) => set({ territory_id })} options={territories} isClearable placeholder={say("none")} error={fault("territory_id")} testid="field-territory" />
        <Group grow align="flex-start">
          <NumberField label={say("interval")} suffix={say("seconds")} value={values.interval_seconds} set={(interval) => set({ interval_seconds: interval ?? 60 })} min={1} error={fault("interval_seconds")} />
          <NumberField label={say("ping")} suffix={say("seconds")} value={values.ping_seconds} set={(ping) => set({ ping_seconds: ping ?? 300 })} min={10} error={fault("ping_seconds")} />
        </Group>
        <Title order={4} fz="sm">{say("shift")}</Title>
        <HoursEditor value={values.shift} set={(shift) => set({ shift })} fault={(part) => fault(`shift.${part}`)} />
        <SwitchField label={say("active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
      </Form>
      {technician && <Phones technicianId={technician.id} />}
    </Stack>
  );
}

/** Nine to five on what the organisation's week has of working days. */
function fresh(isOff: (day: number) => boolean): TechnicianSettings {
  const shift: Hours = { ...freshHours(), weekly: [0, 1, 2, 3, 4, 5, 6].filter((day) => !isOff(day)).map((day) => ({ day, start: "08:00", end: "17:00" })) };
  return { shift, home: null, territory_id: null, vehicle: "", text_number: "", interval_seconds: 60, ping_seconds: 300, is_active: true };
}
