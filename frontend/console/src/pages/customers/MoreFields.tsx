import { ActionIcon, Button, Select, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { CustomerRecord, Identifier, IdentifierKind, PostalAddress } from "../../http/views";
import { usePhrases } from "../../i18n/phrases";
import { TextField } from "../../kit/fields";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { PlaceField } from "../../map/Picker";
import css from "./Customers.module.css";
import { detailWords } from "./detailWords";

const kinds: IdentifierKind[] = ["iran_national_id", "iran_company_id", "saudi_id", "emirates_id", "iban", "other"];
const most = 10;

interface ManyProps<T> {
  value: T[];
  set: (value: T[]) => void;
  isFixed: boolean;
}

const replaced = <T,>(all: T[], index: number, part: Partial<T>): T[] => all.map((each, place) => (place === index ? { ...each, ...part } : each));
const without = <T,>(all: T[], index: number): T[] => all.filter((_, place) => place !== index);

/** What states and banks call somebody by; the server knows the check digits. */
export function Identifiers(props: ManyProps<Identifier> & { error?: string | undefined }) {
  const { value, set, isFixed } = props;
  const { say } = usePhrases(detailWords);
  const kit = usePhrases(kitWords);
  return (
    <Stack gap={6}>
      {value.map((each, index) => (
        <div key={index} className={css.entry} data-testid="identifier">
          <Stack gap={4}>
            <Select
              aria-label={say("identifier")}
              data={kinds.map((kind) => ({ value: kind, label: say(kind) }))}
              value={each.kind}
              onChange={(kind) => kind && set(replaced(value, index, { kind: kind as IdentifierKind }))}
              allowDeselect={false}
              openOnFocus={false}
              disabled={isFixed}
            />
            <TextInput aria-label={say(each.kind)} value={each.value} onChange={(event) => set(replaced(value, index, { value: event.currentTarget.value }))} dir="ltr" disabled={isFixed} data-testid="identifier-value" />
          </Stack>
          {!isFixed && (
            <ActionIcon variant="subtle" color="red" size="lg" onClick={() => set(without(value, index))} aria-label={kit.say("remove", { name: say(each.kind) })}><IconTrash size={18} /></ActionIcon>
          )}
        </div>
      ))}
      {props.error && <p role="alert" className={css.fault} data-testid="identifier-fault">{say("wrong_digits")}</p>}
      {!isFixed && value.length < most && (
        <Add label={say("add_identifier")} click={() => set([...value, { kind: "iran_national_id", value: "" }])} testid="add-identifier" />
      )}
    </Stack>
  );
}

/** Where somebody is: lines as they are written there, without a postcode of their own. */
export function Addresses(props: ManyProps<PostalAddress>) {
  const { value, set, isFixed } = props;
  const { say } = usePhrases(detailWords);
  const kit = usePhrases(kitWords);
  return (
    <Stack gap={6}>
      {value.map((each, index) => (
        <div key={index} className={css.entry} data-testid="address">
          <Stack gap={4}>
            <TextField label={say("address")} value={each.lines} set={(lines) => set(replaced(value, index, { lines }))} rows={2} isDisabled={isFixed} testid="address-lines" />
            <TextField label={say("city")} value={each.city} set={(city) => set(replaced(value, index, { city }))} isDisabled={isFixed} />
            <PlaceField label={say("on_map")} value={each.place ?? null} set={(place) => set(replaced(value, index, { place }))} isDisabled={isFixed} />
            <TextField label={say("label")} value={each.label} set={(label) => set(replaced(value, index, { label }))} isDisabled={isFixed} />
          </Stack>
          {!isFixed && (
            <ActionIcon variant="subtle" color="red" size="lg" onClick={() => set(without(value, index))} aria-label={kit.say("remove", { name: say("address") })}><IconTrash size={18} /></ActionIcon>
          )}
        </div>
      ))}
      {!isFixed && value.length < most && (
        <Add label={say("add_address")} click={() => set([...value, { label: "", lines: "", city: "", country: "" }])} testid="add-address" />
      )}
    </Stack>
  );
}

function Add(props: { label: string; click: () => void; testid: string }) {
  return (
    <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={props.click} style={{ alignSelf: "flex-start" }} data-testid={props.testid}>
      {props.label}
    </Button>
  );
}

/** The organisation that a person belongs to, found by the server over all ways of writing. */
export function OrganizationField(props: { value: string | null; name: string | undefined; set: (id: string | null) => void; error?: string | undefined; isDisabled: boolean }) {
  const { say } = usePhrases(detailWords);
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search.trim(), 250);
  const found = useList<CustomerRecord>(asked === "" ? null : `/api/customers?limit=10&kind=organization&q=${encodeURIComponent(asked)}`, byId);
  const options = found.items.map(({ id, name }) => ({ value: id, label: name }));
  const isListed = props.value === null || options.some(({ value }) => value === props.value);
  return (
    <Select
      label={say("organization")}
      placeholder={say("organization_hint")}
      data={isListed ? options : [{ value: props.value!, label: props.name ?? props.value! }, ...options]}
      value={props.value}
      onChange={props.set}
      searchable
      onSearchChange={setSearch}
      filter={({ options: all }) => all}
      openOnFocus={false}
      clearable
      disabled={props.isDisabled}
      error={props.error}
      data-testid="field-organization"
    />
  );
}
