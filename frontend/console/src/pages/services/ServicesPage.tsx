import { Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { DataTable } from "../../kit/DataTable";
import { plainOf, today, type PlainDate } from "../../kit/calendar";
import { DateField } from "../../kit/DateField";
import { Detail } from "../../kit/Detail";
import { Frame } from "../../kit/Frame";
import { byId, useList } from "../../kit/list";
import { useFeed } from "../../live/context";
import { Name } from "../work/Name";
import type { ServicePlan } from "./service";
import { ServiceForm } from "./ServiceForm";
import { words } from "./words";

interface Standing {
  due: number;
  in_time: number;
  late: number;
  overdue: number;
}

/** What comes again: who gets it and how often; above it how it stands. */
export function ServicesPage(props: { rest: string[] }) {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { me } = useFeed();
  const plans = useList<ServicePlan>("/api/service-plans?limit=50", byId);
  const chosen = props.rest[0];
  const mayWrite = me.permissions.includes("visit.write");
  return (
    <Frame
      title={say("title")}
      about={say("about")}
      add={mayWrite ? { label: say("add"), to: ["services", "new"] } : undefined}
      side={
        chosen && (
          <Detail key={chosen} id={chosen} list={plans} idOf={byId} back={["services"]} newTitle={say("add")} titleOf={({ subject }) => <bdi>{subject}</bdi>}>
            {(plan, { key, reload }) => <ServiceForm key={key} plan={plan} plans={plans} reload={reload} />}
          </Detail>
        )
      }
    >
      <Stands />
      <DataTable
        label={say("title")}
        list={plans}
        rows={plans.items}
        idOf={byId}
        chosen={chosen}
        to={({ id }) => ["services", id]}
        isSearched={false}
        columns={[
          { key: "subject", title: say("subject"), cell: ({ subject }) => <bdi>{subject}</bdi> },
          { key: "customer", title: say("customer"), cell: ({ customer_name }) => <Name of={customer_name} /> },
          { key: "every", title: say("every"), cell: ({ every, unit, rule }) => (rule ? <bdi dir="ltr">{rule}</bdi> : say("interval", { n: number(every), unit: say(`unit.${unit}`) })) },
        ]}
      />
    </Frame>
  );
}

/** Due, done in time, done late in a period, and what is overdue now. */
function Stands() {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const [first, setFirst] = useState<PlainDate>(() => plainOf(today() - 30));
  const [last, setLast] = useState<PlainDate>(() => plainOf(today() + 30));
  const [standing, setStanding] = useState<Standing | null>(null);
  useEffect(() => {
    let isGone = false;
    call<Standing>("GET", `/api/service-standing?first=${first}&last=${last}`).then((found) => isGone || setStanding(found), () => undefined);
    return () => {
      isGone = true;
    };
  }, [first, last]);
  return (
    <section aria-label={say("standing")}>
      <Group gap="sm" align="end" mb="sm">
        <DateField label={say("since")} value={first} set={(next) => next && setFirst(next)} isRequired testid="standing-from" />
        <DateField label={say("until")} value={last} set={(next) => next && setLast(next)} isRequired testid="standing-to" />
        {standing && (["due", "in_time", "late", "overdue"] as const).map((key) => (
          <div key={key} data-testid={`standing-${key}`}>
            <Text size="xs" c="dimmed">{say(key)}</Text>
            <Text fw={700}>{number(standing[key])}</Text>
          </div>
        ))}
      </Group>
    </section>
  );
}
