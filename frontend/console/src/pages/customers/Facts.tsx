import { Anchor, Badge, Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import type { CustomerOverview, OpenItem } from "../../http/views";
import { useDates, useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { useTiers } from "../../kit/tiers";
import { useFeed } from "../../live/context";
import { pathTo } from "../../shell/route";
import { ChannelIcon } from "../work/ChannelIcon";
import { Name } from "../work/Name";
import css from "./Customers.module.css";
import { factWords } from "./factWords";

/** What there is to know at a glance. What nothing measures is not shown, least of all as nought. */
export function Facts(props: { overview: CustomerOverview; isCompact?: boolean }) {
  const { overview, isCompact = false } = props;
  const { say, count } = usePhrases(factWords);
  const dates = useDates();
  const speech = useSpeech();
  const { customer, responsible, organization, satisfaction } = overview;
  const moment = (at: string | null) => (at === null ? say("never") : dates.brief(at));
  return (
    <section data-testid="facts">
      <Title order={3} fz="sm" mb={6}>{say("facts")}</Title>
      <dl className={css.facts}>
        <Fact label={say("responsible")}>{responsible ? <Name of={responsible.name} /> : <Text span c="dimmed" inherit>{say("nobody")}</Text>}</Fact>
        {customer.tier_id !== null && <Tier id={customer.tier_id} />}
        {customer.preferred && (
          <Fact label={say("preferred")}>
            {speech.sayAny("channel", customer.preferred.channel, customer.preferred.channel)} <bdi dir="ltr">{customer.preferred.address}</bdi>
          </Fact>
        )}
        {organization && <Fact label={say("organization")}><Anchor href={pathTo("customers", organization.id)} inherit><Name of={organization.name} /></Anchor></Fact>}
        <Fact label={say("last_in")}>{moment(overview.last_in_at)}</Fact>
        <Fact label={say("last_out")}>{moment(overview.last_out_at)}</Fact>
        {overview.contact_due_at !== null && (
          <Fact label={say("due")}>
            {dates.day(overview.contact_due_at)} {overview.is_overdue && <Badge size="sm" color="red" variant="light" tt="none">{say("overdue")}</Badge>}
          </Fact>
        )}
        {satisfaction && (
          <Fact label={say("satisfaction")}>
            {say("of", { average: speech.number(Math.round(satisfaction.average * 10) / 10), best: speech.number(satisfaction.best) })}{" "}
            <Text span size="xs" c="dimmed">{count("answers", satisfaction.answers)}</Text>
          </Fact>
        )}
        {overview.complaints !== null && <Fact label={say("complaints")}>{speech.number(overview.complaints)}</Fact>}
        {overview.counts.length > 0 && (
          <Fact label={say("conversations")}>
            <Group gap={10} component="span">
              {overview.counts.map(({ channel, conversations }) => (
                <Group key={channel} gap={4} wrap="nowrap" component="span">
                  <ChannelIcon channel={channel} size={15} /> {speech.number(conversations)}
                </Group>
              ))}
            </Group>
          </Fact>
        )}
        {!isCompact && overview.members.length > 0 && (
          <Fact label={say("members")}>
            {overview.members.map(({ id, name }) => (
              <Anchor key={id} href={pathTo("customers", id)} inherit display="block"><Name of={name} /></Anchor>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Tier({ id }: { id: string }) {
  const { say } = usePhrases(factWords);
  const name = useTiers().items.find((tier) => tier.id === id)?.name;
  return name === undefined ? null : <Fact label={say("tier")}><Badge variant="light" tt="none" data-testid="tier"><bdi>{name}</bdi></Badge></Fact>;
}

function Fact(props: { label: string; children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** What waits for an end, but the one beside which it is shown. */
export function OpenItems(props: { items: OpenItem[]; except?: string }) {
  const { say } = usePhrases(factWords);
  const speech = useSpeech();
  const dates = useDates();
  const { work } = useFeed();
  const items = props.items.filter(({ id }) => id !== props.except);
  if (items.length === 0) return null;
  return (
    <section data-testid="open-items">
      <Title order={3} fz="sm" mb={6}>{say("open")}</Title>
      {items.map((item) => {
        const title = <Name of={item.title || item.id.slice(0, 8)} />;
        return (
          <Group key={item.id} gap={6} wrap="nowrap" mb={4} data-testid="open-item">
            {item.channel && <ChannelIcon channel={item.channel} size={16} />}
            <Text size="sm" lineClamp={1} flex={1}>{work[item.id] ? <Anchor href={pathTo("work", item.id)} inherit>{title}</Anchor> : title}</Text>
            <Text size="xs" c="dimmed">{item.agent_name ? <Name of={item.agent_name} /> : speech.sayAny("state", item.state, item.state)}</Text>
            <Text size="xs" c="dimmed">{dates.brief(item.at)}</Text>
          </Group>
        );
      })}
    </section>
  );
}
