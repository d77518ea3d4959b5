import { Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useRegion, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { dayOfPlain } from "../../kit/calendar";
import { DateRange, useWritten, type Range } from "../../kit/DateField";
import { useList } from "../../kit/list";
import { Name } from "../work/Name";
import { words } from "./words";

interface Cost {
  day: string;
  account_id: string;
  account_name: string;
  kind: "call" | "text";
  is_inbound: boolean;
  count: number;
  seconds: number;
  segments: number;
  price: number;
  currency: string;
}

const day = (at: Date) => at.toISOString().slice(0, 10);

/** What calls and texts cost, by the carrier's own prices, for each account and day. */
export function Costs() {
  const { say } = usePhrases(words);
  const { number } = useSpeech();
  const { speech } = useRegion();
  const written = useWritten();
  const [range, setRange] = useState<Range>({ from: day(new Date(Date.now() - 30 * 86_400_000)), to: day(new Date()) });
  const path = range.from && range.to ? `/api/carrier-costs?since=${range.from}&until=${range.to}` : null;
  const list = useList<Cost>(path, (each) => `${each.day} ${each.account_id} ${each.kind} ${each.is_inbound} ${each.currency}`);
  const money = (each: Pick<Cost, "price" | "currency">) =>
    new Intl.NumberFormat(speech.locale, { style: "currency", currency: each.currency, minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(each.price);
  const sums = new Map<string, number>();
  for (const each of list.items) sums.set(each.currency, (sums.get(each.currency) ?? 0) + each.price);
  return (
    <Stack>
      <DateRange value={range} set={setRange} testid="costs" />
      {list.items.length === 0 && !list.isBusy && <Text size="sm" c="dimmed">{say("no_costs")}</Text>}
      {list.items.length > 0 && (
        <Table.ScrollContainer minWidth={600}>
          <Table striped data-testid="costs-table">
            <Table.Thead>
              <Table.Tr>
                {(["day", "account", "kind", "direction", "count", "minutes", "segments", "price"] as const).map((name) => <Table.Th key={name}>{say(name)}</Table.Th>)}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.items.map((each) => (
                <Table.Tr key={`${each.day} ${each.account_id} ${each.kind} ${each.is_inbound} ${each.currency}`}>
                  <Table.Td>{written(dayOfPlain(each.day))}</Table.Td>
                  <Table.Td><Name of={each.account_name} /></Table.Td>
                  <Table.Td>{say(each.kind === "call" ? "kind.calls" : "kind.text")}</Table.Td>
                  <Table.Td>{say(each.is_inbound ? "inbound" : "outbound")}</Table.Td>
                  <Table.Td>{number(each.count)}</Table.Td>
                  <Table.Td>{each.kind === "call" ? number(Math.ceil(each.seconds / 60)) : ""}</Table.Td>
                  <Table.Td>{each.kind === "text" ? number(each.segments) : ""}</Table.Td>
                  <Table.Td><bdi>{money(each)}</bdi></Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
            <Table.Tfoot>
              {[...sums].map(([currency, price]) => (
                <Table.Tr key={currency}><Table.Th colSpan={7} /><Table.Th><bdi>{money({ price, currency })}</bdi></Table.Th></Table.Tr>
              ))}
            </Table.Tfoot>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}
