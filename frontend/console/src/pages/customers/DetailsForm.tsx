import { Title } from "@mantine/core";
import { call } from "../../http/api";
import type { CustomerRecord, Preferred } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { languages, type Language } from "../../i18n/words";
import { usePhrases } from "../../i18n/phrases";
import { DateField } from "../../kit/DateField";
import { useEditor } from "../../kit/editor";
import { ChoiceField, NumberField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import css from "../../kit/Kit.module.css";
import { useTiers } from "../../kit/tiers";
import { kitWords } from "../../kit/words";
import { useFeed } from "../../live/context";
import type { Named } from "../../protocol";
import { go } from "../../shell/route";
import { detailWords } from "./detailWords";
import { Addresses, Identifiers, OrganizationField } from "./MoreFields";
import { preferences } from "./ways";
import { words } from "./words";

interface DetailsProps {
  customer: CustomerRecord | null;
  saved: (customer: CustomerRecord) => void;
  reload: () => void;
  isFixed?: boolean;
  organizationName?: string | undefined;
  responsibleName?: string | undefined;
}

/** Who a customer is, and what colleagues should know. */
export function DetailsForm(props: DetailsProps) {
  const { customer, isFixed = false } = props;
  const { say } = usePhrases(words);
  const more = usePhrases(detailWords);
  const kit = usePhrases(kitWords);
  const speech = useSpeech();
  const { agents } = useFeed();
  const tiers = useTiers();
  const initial = {
    name: customer?.name ?? "",
    kind: customer?.kind ?? ("person" as const),
    status: customer?.status ?? ("prospect" as const),
    locale: customer?.locale ?? null,
    notes: customer?.notes ?? "",
    latin_name: customer?.latin_name ?? "",
    job_title: customer?.job_title ?? "",
    organization_id: customer?.organization_id ?? null,
    birthday: customer?.birthday ?? null,
    identifiers: customer?.identifiers ?? [],
    addresses: customer?.addresses ?? [],
    responsible_id: customer?.responsible_id ?? null,
    tier_id: customer?.tier_id ?? null,
    preferred: customer?.preferred ?? null,
    contact_every_days: customer?.contact_every_days ?? null,
    contact_by: customer?.contact_by ?? null,
    version: customer?.version ?? 0,
  };
  const editor = useEditor(initial, async ({ version, ...values }) => {
    const written = { ...values, identifiers: values.identifiers.filter(({ value }) => value.trim() !== ""), addresses: values.addresses.filter(({ lines }) => lines.trim() !== "") };
    const saved = customer
      ? await call<CustomerRecord>("PATCH", `/api/customers/${customer.id}`, { ...written, version })
      : await call<CustomerRecord>("POST", "/api/customers", written);
    props.saved(saved);
    if (!customer) go("customers", saved.id);
    return { version: saved.version, identifiers: saved.identifiers, addresses: saved.addresses };
  });
  const { values, set, fault } = editor;
  const known = customer ? preferences(customer) : [];
  const isKnown = values.preferred === null || known.some((way) => keyOf(way) === keyOf(values.preferred!));
  const ways = isKnown ? known : [values.preferred!, ...known];
  const choice = <K extends "kind" | "status">(name: K, options: CustomerRecord[K][]) => ({
    label: say(name),
    value: values[name] as string,
    set: (value: string | null) => set({ [name]: value } as Partial<typeof initial>),
    options: options.map((value) => ({ value, label: say(`${name}.${value}` as "kind.person") })),
    isDisabled: isFixed,
    testid: `field-${name}`,
  });
  return (
    <Form editor={editor} reload={props.reload} isFixed={isFixed}>
      <TextField label={kit.say("name")} value={values.name} set={(name) => set({ name })} error={fault("name")} isRequired isDisabled={isFixed} testid="field-name" />
      <TextField label={more.say("latin_name")} value={values.latin_name} set={(latin_name) => set({ latin_name })} error={fault("latin_name")} isDisabled={isFixed} testid="field-latin_name" />
      <div className={css.pair}>
        <ChoiceField {...choice("kind", ["person", "organization"])} />
        <ChoiceField {...choice("status", ["prospect", "active"])} />
      </div>
      <ChoiceField
        label={say("locale")}
        placeholder={say("unknown")}
        value={values.locale}
        set={(locale) => set({ locale: locale as Language | null })}
        options={Object.entries(languages).map(([value, { name }]) => ({ value, label: name }))}
        isDisabled={isFixed}
        testid="field-locale"
      />
      {(tiers.items.length > 0 || values.tier_id !== null) && (
        <ChoiceField
          label={say("tier")}
          placeholder={say("no_tier")}
          value={values.tier_id}
          set={(tier_id) => set({ tier_id })}
          options={tiers.items.map(({ id, name }) => ({ value: id, label: name }))}
          error={fault("tier_id")}
          isClearable
          isDisabled={isFixed}
          testid="field-tier"
        />
      )}
      {values.kind === "person" && (
        <>
          <OrganizationField value={values.organization_id} name={props.organizationName} set={(organization_id) => set({ organization_id })} error={fault("organization_id")} isDisabled={isFixed} />
          <TextField label={more.say("job_title")} value={values.job_title} set={(job_title) => set({ job_title })} error={fault("job_title")} isDisabled={isFixed} testid="field-job_title" />
          <DateField label={more.say("birthday")} value={values.birthday} set={(birthday) => set({ birthday })} error={fault("birthday")} isDisabled={isFixed} testid="field-birthday" />
        </>
      )}
      <TextField label={say("notes")} value={values.notes} set={(notes) => set({ notes })} error={fault("notes")} rows={4} isDisabled={isFixed} testid="field-notes" />
      <Title order={4} fz="sm">{more.say("care")}</Title>
      <ChoiceField
        label={more.say("responsible")}
        placeholder={more.say("nobody")}
        value={values.responsible_id}
        set={(responsible_id) => set({ responsible_id })}
        options={colleagues(agents, values.responsible_id, props.responsibleName)}
        error={fault("responsible_id")}
        isClearable
        isDisabled={isFixed}
        testid="field-responsible"
      />
      {customer && (
        <ChoiceField
          label={more.say("preferred")}
          placeholder={say("unknown")}
          value={values.preferred && keyOf(values.preferred)}
          set={(key) => set({ preferred: ways.find((way) => keyOf(way) === key) ?? null })}
          options={ways.map((way) => ({ value: keyOf(way), label: `${speech.sayAny("channel", way.channel, way.channel)} · \u2066${way.address}\u2069` }))}
          isClearable
          isDisabled={isFixed}
          testid="field-preferred"
        />
      )}
      <NumberField label={more.say("every")} suffix={more.say("days")} value={values.contact_every_days} set={(contact_every_days) => set({ contact_every_days })} error={fault("contact_every_days")} min={1} max={3650} isDisabled={isFixed} testid="field-every" />
      <DateField label={more.say("by")} value={values.contact_by} set={(contact_by) => set({ contact_by })} error={fault("contact_by")} isDisabled={isFixed} testid="field-by" />
      <Title order={4} fz="sm">{more.say("more")}</Title>
      <Identifiers value={values.identifiers} set={(identifiers) => set({ identifiers })} error={fault("identifiers")} isFixed={isFixed} />
      <Addresses value={values.addresses} set={(addresses) => set({ addresses })} isFixed={isFixed} />
    </Form>
  );
}

const keyOf = ({ channel, address }: Preferred) => `${channel} ${address}`;

/** Colleagues in sight; one who is not, but looks after this customer, keeps the name. */
function colleagues(agents: Named[], chosen: string | null, name: string | undefined) {
  const options = agents.map(({ id, name: label }) => ({ value: id, label }));
  if (chosen === null || agents.some(({ id }) => id === chosen)) return options;
  return [{ value: chosen, label: name ?? chosen }, ...options];
}
