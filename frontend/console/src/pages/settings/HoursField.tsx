import { ActionIcon, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import type { OrganisationSettings } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { kitWords } from "../../kit/words";
import { weekdays } from "./weekdays";
import { words } from "./words";

type Hours = OrganisationSettings["working_hours"];
const most = 6;

/** Several intervals a day; one that ends before it begins goes past midnight. */
export function HoursField(props: { value: Hours; set: (value: Hours) => void }) {
  const { value, set } = props;
  const { say, sayAny } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const put = (day: string, hours: Hours[string]) => set({ ...value, [day]: hours });
  return (
    <Stack gap={8} data-testid="hours">
      <Text size="sm" fw={500}>{say("hours")}</Text>
      {weekdays.map((day) => {
        const hours = value[day] ?? [];
        const name = sayAny("option", day, day);
        return (
          <Group key={day} gap={8} align="flex-start" wrap="nowrap">
            <Text size="sm" w={92} pt={6}>{name}</Text>
            <Stack gap={4} flex={1}>
              {hours.length === 0 && <Text size="sm" c="dimmed" pt={6}>{say("hours_closed")}</Text>}
              {hours.map((each, index) => (
                <Group key={index} gap={4} wrap="nowrap">
                  {(["begins", "ends"] as const).map((end) => (
                    <TextInput
                      key={end}
                      type="time"
                      aria-label={`${name} ${say(end === "begins" ? "hours_begin" : "hours_end")}`}
                      value={each[end].slice(0, 5)}
                      onChange={(event) => put(day, hours.map((old, place) => (place === index ? { ...old, [end]: event.currentTarget.value } : old)))}
                    />
                  ))}
                  <ActionIcon variant="subtle" color="red" size="lg" onClick={() => put(day, hours.filter((_, place) => place !== index))} aria-label={kit.say("remove", { name })}>
                    <IconTrash size={18} />
                  </ActionIcon>
                </Group>
              ))}
            </Stack>
            {hours.length < most && (
              <ActionIcon variant="default" size="lg" onClick={() => put(day, [...hours, { begins: "08:00", ends: "16:00" }])} aria-label={`${name}: ${say("hours_add")}`}>
                <IconPlus size={18} />
              </ActionIcon>
            )}
          </Group>
        );
      })}
    </Stack>
  );
}
