import { Badge, Button, Group, Text } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useProblemText } from "../../live/context";
import type { Id, Iso } from "../../protocol";
import { Name } from "../work/Name";
import type { Offer, Visit } from "./day";
import css from "./Dispatch.module.css";
import { words } from "./words";

const inSeconds = new Set(["start", "window", "promise", "shift", "break"]);

/** What an offer costs, or the rule that is in its way and by how much. */
export function useOfferText(): (offer: Offer) => string {
  const { say, sayAny } = usePhrases(words);
  const dates = useDates();
  const { locale } = useSpeech();
  return useCallback(
    (offer: Offer) => {
      if (offer.rule === null) {
        const kilometres = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format((offer.extra_metres ?? 0) / 1000);
        return say("extra", { time: dates.span((offer.extra_seconds ?? 0) / 60), distance: kilometres });
      }
      const rule = sayAny("rule", offer.rule, offer.rule);
      return inSeconds.has(offer.rule) && (offer.by ?? 0) > 0 ? say("rule_by", { rule, time: dates.span(Math.ceil((offer.by ?? 0) / 60)) }) : rule;
    },
    [say, sayAny, dates, locale],
  );
}

interface OffersProps {
  visit: Visit;
  date: string;
  give: (visit: Visit, technicianId: Id, at: Iso) => void;
}

/** Who could take a visit that day without moving another, the cheapest first, and what is in the way of the others. */
export function Offers(props: OffersProps) {
  const { visit, date } = props;
  const { say } = usePhrases(words);
  const dates = useDates();
  const textOf = useOfferText();
  const problemOf = useProblemText();
  const [offers, setOffers] = useState<Offer[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    let isGone = false;
    setTrouble(null);
    call<{ items: Offer[] }>("POST", `/api/visits/${visit.id}/price`, { day: date }).then(
      ({ items }) => isGone || setOffers(items),
      (error: unknown) => isGone || setTrouble(problemOf(error)),
    );
    return () => {
      isGone = true;
    };
  }, [visit.id, visit.version, date, problemOf]);
  if (trouble !== null) return <Text size="sm" c="red" role="alert">{trouble}</Text>;
  return (
    <section aria-label={say("offers")}>
      <Text fw={600} size="sm">{say("offers")}</Text>
      {offers?.length === 0 && <Text size="sm" c="dimmed">{say("nobody")}</Text>}
      <ol className={css.plain}>
        {(offers ?? []).map((offer) => (
          <li key={`${offer.technician_id} ${offer.starts_at}`} className={css.offer} data-testid="offer" data-name={offer.name} data-rule={offer.rule ?? undefined}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" fw={600}><Name of={offer.name} /></Text>
              {offer.starts_at !== null && (
                <Button size="compact-xs" variant="light" onClick={() => props.give(visit, offer.technician_id, offer.starts_at!)} data-testid="give">{say("give_at", { time: dates.time(offer.starts_at) })}</Button>
              )}
            </Group>
            <Group gap={4}>
              <Badge size="sm" variant={offer.rule ? "outline" : "light"} color={offer.rule ? "gray" : "teal"} tt="none">{textOf(offer)}</Badge>
              {offer.earliest_at !== null && offer.latest_at !== null && <Text size="xs" c="dimmed">{say("there", { from: dates.time(offer.earliest_at), to: dates.time(offer.latest_at) })}</Text>}
            </Group>
          </li>
        ))}
      </ol>
    </section>
  );
}
