import { useSpeech } from "../../i18n/context";
import { byId, useList, type List } from "../../kit/list";
import type { Texts } from "../../kit/Said";
import type { Id, Iso } from "../../protocol";
import { nameIn, type Kind } from "../tickets/ticket";

export const lists = ["class", "request", "source"] as const;
export type ListName = (typeof lists)[number];

/** An entry of one of the lists from which a form chooses. */
export interface Choice {
  id: Id;
  list: ListName;
  names: Texts;
  ticket_kind: Kind | null;
  position: number;
  is_active: boolean;
  version: number;
}

export interface Fields {
  name: string;
  organisation: string;
  phone: string;
  address: string;
  campaign: string;
  seller: string;
  seller_phone: string;
  bought_on: string | null;
  note: string;
}

export interface ContactForm {
  interaction_id: Id;
  class_id: Id | null;
  request_id: Id | null;
  source_id: Id | null;
  party_kind: "person" | "organization";
  fields: Fields;
  ticket_id: Id | null;
  by_name: string | null;
  at: Iso | null;
  version: number;
}

export const useChoices = (): List<Choice> => useList<Choice>("/api/contact-choices", byId);

/** What a form offers of a list: what is in use, and what it has already. */
export function useOptions(choices: Choice[]): (list: ListName, chosen: Id | null) => { value: string; label: string }[] {
  const { language } = useSpeech();
  return (list, chosen) =>
    choices.filter((each) => each.list === list && (each.is_active || each.id === chosen)).map(({ id, names }) => ({ value: id, label: nameIn(names, language) }));
}
