import { Anchor, Badge, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { call } from "../../http/api";

import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { matches } from "../../kit/fold";
import { useFeed } from "../../live/context";
import { MapView, type Mark } from "../../map/MapView";
import type { CustomerPlace, MapSettings, Technician } from "../../protocolGeo";
import { go, pathTo } from "../../shell/route";
import { Name } from "../work/Name";
import css from "./MapPage.module.css";
import { inOrder, placesOf } from "./state";
import { plainOf, today } from "../../kit/calendar";
import { words } from "./words";

export interface Shared {
  settings: MapSettings | null;
  technicians: Technician[];
  language: string;
}

interface Box {
  south: number;
  west: number;
  north: number;
  east: number;
}

/** Everybody now, with what keeps a position from being known or true. */
export function LiveMode(props: Shared & { chosen: string | null }) {
  const { technicians, chosen, language } = props;
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const [search, setSearch] = useState("");
  const [hasCustomers, setCustomers] = useState(false);
  const [box, setBox] = useState<Box | null>(null);
  const customers = useCustomers(hasCustomers ? box : null);
  const shown = useMemo(() => inOrder(technicians, language).filter(({ name }) => matches(search, name)), [technicians, search, language]);
  const marks = useMemo<Mark[]>(
    () => [
      ...shown.flatMap<Mark>(({ id, name, position, signals }) =>
        position ? [{ id, place: position.place, title: name, label: name, kind: id === chosen ? "chosen" : signals.length > 0 ? "warning" : "technician", click: () => go("map", "live", id) }] : [],
      ),
      ...(hasCustomers ? customers.items : []).map<Mark>(({ customer_id, name, place, lines }, index) => ({ id: `${customer_id} ${index}`, place, title: `${name}: ${lines}`, kind: "customer", click: () => go("customers", customer_id) })),
    ],
    [shown, chosen, customers, hasCustomers],
  );
  const one = technicians.find(({ id }) => id === chosen);
  // The map stays where a person put it while people move on it: it goes to whom one chooses, at first to all.
  const [begun, setBegun] = useState<ReturnType<typeof placesOf>>([]);
  useEffect(() => {
    if (begun.length === 0 && technicians.length > 0) setBegun(placesOf(technicians));
  }, [technicians, begun]);
  const [focus, setFocus] = useState<{ id: string | null; places: ReturnType<typeof placesOf> }>({ id: null, places: [] });
  useEffect(() => {
    if (one && focus.id !== one.id) setFocus({ id: one.id, places: placesOf([one]) });
  }, [one, focus]);
  return (
    <div className={css.parts}>
      <Stack gap="xs" className={css.side}>
        <TextInput type="search" size="sm" leftSection={<IconSearch size={16} aria-hidden />} placeholder={say("search")} aria-label={say("search")} value={search} onChange={(event) => setSearch(event.currentTarget.value)} data-testid="search" />
        {me.permissions.includes("customer.read") && <Switch label={say("customers")} checked={hasCustomers} onChange={(event) => setCustomers(event.currentTarget.checked)} data-testid="show-customers" />}
        {hasCustomers && !customers.isAll && <Text size="xs" c="dimmed">{say("customers_more")}</Text>}
        {technicians.length === 0 && <Text size="sm" c="dimmed">{say("nobody")}</Text>}
        <ul className={css.list}>
          {shown.map((each) => <Entry key={each.id} technician={each} isChosen={each.id === chosen} />)}
        </ul>
      </Stack>
      <div className={css.map}>
        <MapView settings={props.settings} marks={marks} focus={focus.places.length > 0 ? focus.places : begun} moved={setBox} label={say("map")} />
      </div>
    </div>
  );
}

function Entry(props: { technician: Technician; isChosen: boolean }) {
  const { technician } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  useTick();
  const { position, is_on_shift, signals } = technician;
  const state = !is_on_shift ? say("off_shift") : position ? dates.fromNow(position.at) : say("no_position");
  return (
    <li data-testid="technician" data-name={technician.name}>
      <div className={css.entry} data-chosen={props.isChosen || undefined}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Anchor href={pathTo("map", "live", technician.id)} underline="hover" c="inherit" fw={600}><Name of={technician.name} /></Anchor>
          <Text size="xs" c="dimmed" span>{state}</Text>
        </Group>
        {signals.length > 0 && (
          <Group gap={4} mt={4}>
            {signals.map(({ kind }) => <Badge key={kind} size="sm" variant="light" color="orange" tt="none" data-testid="signal">{say(`signal.${kind}`)}</Badge>)}
          </Group>
        )}
        {props.isChosen && <Anchor size="sm" href={pathTo("map", "day", technician.id, plainOf(today()))} data-testid="show-day">{say("show_day")}</Anchor>}
      </div>
    </li>
  );
}

/** Ages grow while nothing else changes. */
function useTick() {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((old) => old + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
}

/** Customers in the part of the map that is looked at. */
function useCustomers(box: Box | null): { items: CustomerPlace[]; isAll: boolean } {
  const [found, setFound] = useState<{ items: CustomerPlace[]; isAll: boolean }>({ items: [], isAll: true });
  const query = box && new URLSearchParams(Object.entries(box).map(([name, value]) => [name, value.toFixed(5)])).toString();
  const read = useCallback(async (asked: string) => {
    const answer = await call<{ items: CustomerPlace[]; is_all: boolean }>("GET", `/api/customer-places?${asked}`);
    return { items: answer.items, isAll: answer.is_all };
  }, []);
  useEffect(() => {
    if (!query) return;
    let isGone = false;
    read(query).then((next) => isGone || setFound(next), () => undefined);
    return () => {
      isGone = true;
    };
  }, [query, read]);
  return found;
}

