import { Badge, Button, Group, RingProgress, Stack, Text } from "@mantine/core";
import { IconCheck, IconUsers, IconX } from "@tabler/icons-react";
import { directionOf } from "../../../shared/direction";
import { ChannelIcon } from "../pages/work/ChannelIcon";
import { Name } from "../pages/work/Name";
import { OfferPast } from "../pages/work/OfferPast";
import { WhyButton } from "../pages/work/why/WhyDialog";
import { useDates, useSpeech } from "../i18n/context";
import { useCommand, useLive, useServerNow } from "../live/context";
import { usePhrases } from "../i18n/phrases";
import { useShortcut } from "../kit/useShortcut";
import type { Offer } from "../protocol";
import { go } from "./route";
import { shellWords } from "./words";
import css from "./Shell.module.css";

/** Over everything, in every page: an offer must not be missed. The oldest is shown whole, the others as a line each. */
export function Offers(props: { offers: Offer[] }) {
  const { count } = useSpeech();
  // The region is there before its first offer: only then do screen readers announce it.
  return (
    <section className={css.offers} aria-label={count("offer.title", Math.max(1, props.offers.length))} aria-live="assertive">
      {props.offers.map((offer, index) => (
        <OfferCard key={offer.id} offer={offer} isBrief={index > 0} />
      ))}
    </section>
  );
}

function OfferCard(props: { offer: Offer; isBrief: boolean }) {
  const { offer } = props;
  const live = useLive();
  const { say } = useSpeech();
  const dates = useDates();
  const phrases = usePhrases(shellWords);
  const { isBusy, run } = useCommand();
  // A ticket is offered like a conversation, and is none: it has a page of its own.
  const isTicket = offer.channel === "ticket";

  const accept = () =>
    void run(async () => {
      const { interaction_id } = await live.ask("offer.accept", { offer_id: offer.id });
      go(isTicket ? "tickets" : "work", interaction_id);
    });
  // A visitor's id tells nobody anything, and a name that is the number itself says it already.
  const addresses = (offer.customer.identities ?? [])
    .filter(({ kind, value }) => kind !== "visitor" && value !== offer.customer.name)
    .slice(0, 2)
    .map(({ value }) => value);
  const decline = () => void run(() => live.ask("offer.decline", { offer_id: offer.id, reason: null }));

  const isOn = !props.isBrief && !isBusy;
  useShortcut({ id: "accept", keys: ["a", "Alt+Enter"], word: phrases.say("do.accept"), scope: "offer", run: accept, isOn });
  useShortcut({ id: "decline", keys: ["d", "Alt+X"], word: phrases.say("do.decline"), scope: "offer", run: decline, isOn });

  if (props.isBrief) return <BriefCard offer={offer} accept={accept} isBusy={isBusy} />;
  return (
    <article className={css.offer} data-testid="offer-card" aria-labelledby={`offer-${offer.id}`}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Group gap={6}>
              <ChannelIcon channel={offer.channel} size={18} />
              <Text size="sm" fw={600}>{say(`channel.${offer.channel}`)}</Text>
              <Badge variant="light" tt="none"><bdi>{offer.queue_name}</bdi></Badge>
            </Group>
            <Text id={`offer-${offer.id}`} fz="xl" fw={700}><Name of={nameOf(offer, phrases.say("offer_internal"))} /></Text>
            <Text size="sm" c="dimmed">
              {addresses.map((value) => (
                <span key={value}><bdi dir="ltr">{value}</bdi>{" "}</span>
              ))}
            </Text>
          </div>
          <Group gap={6} wrap="nowrap" align="flex-start">
            <WhyButton workId={offer.interaction_id} isOwn />
            <Countdown offer={offer} />
          </Group>
        </Group>
        {offer.subject && <Text fw={600}><Name of={offer.subject} /></Text>}
        {offer.preview && <p className={css.preview} dir={directionOf(offer.preview)}>{offer.preview}</p>}
        {!isTicket && <OfferPast offerId={offer.id} />}
        {offer.is_broadcast && (
          <Group gap={6} wrap="nowrap" data-testid="offer-to-many">
            <IconUsers size={16} aria-hidden />
            <Text size="sm" fw={600}>{phrases.say("offer_to_many")}</Text>
          </Group>
        )}
        <Text size="sm" c="dimmed">{say("offer.waited", { time: dates.duration(offer.waited_seconds) })}</Text>
        <Group grow>
          <Button variant="default" leftSection={<IconX size={18} />} onClick={decline} disabled={isBusy} data-testid="offer-decline">
            {say("offer.decline")}
          </Button>
          <Button color="teal.9" leftSection={<IconCheck size={18} />} onClick={accept} loading={isBusy} data-testid="offer-accept">
            {offer.is_broadcast ? phrases.say("offer_take") : say("offer.accept")}
          </Button>
        </Group>
      </Stack>
    </article>
  );
}

/** What a colleague asked for has no customer. */
const nameOf = ({ customer }: Offer, internal: string): string => customer.name ?? internal;

function BriefCard(props: { offer: Offer; accept: () => void; isBusy: boolean }) {
  const { offer } = props;
  const { say } = useSpeech();
  const phrases = usePhrases(shellWords);
  return (
    <article className={css.offer} data-kind="brief" data-testid="offer-brief">
      <Group gap="xs" wrap="nowrap">
        <ChannelIcon channel={offer.channel} size={18} />
        <Text fw={600} truncate flex={1}><Name of={nameOf(offer, phrases.say("offer_internal"))} /></Text>
        <SecondsLeft offer={offer} />
        <Button size="compact-sm" color="teal.9" onClick={props.accept} loading={props.isBusy}>{say("offer.accept")}</Button>
      </Group>
    </article>
  );
}

function SecondsLeft(props: { offer: Offer }) {
  const now = useServerNow(500);
  const speech = useSpeech();
  const seconds = Math.max(0, Math.ceil((Date.parse(props.offer.expires_at) - now) / 1_000));
  return <Text size="sm" c="dimmed" aria-label={speech.count("offer.left", seconds)} role="timer" aria-live="off">{speech.number(seconds)}</Text>;
}

function Countdown(props: { offer: Offer }) {
  const { made_at, expires_at } = props.offer;
  const { count, number } = useSpeechNumbers();
  const now = useServerNow(250);
  const wholeMs = Math.max(1, Date.parse(expires_at) - Date.parse(made_at));
  const leftMs = Math.max(0, Date.parse(expires_at) - now);
  const seconds = Math.ceil(leftMs / 1_000);
  return (
    <RingProgress
      size={64}
      thickness={5}
      roundCaps
      sections={[{ value: Math.min(100, (100 * leftMs) / wholeMs), color: leftMs < 6_000 ? "red" : "teal" }]}
      label={<Text ta="center" fw={700} aria-label={count("offer.left", seconds)} role="timer" aria-live="off">{number(seconds)}</Text>}
    />
  );
}

function useSpeechNumbers() {
  const speech = useSpeech();
  return { count: speech.count, number: (value: number) => speech.number(value) };
}
