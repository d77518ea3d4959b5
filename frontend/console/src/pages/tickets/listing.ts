import { momentsOf } from "../../kit/calendar";
import { rangeOf, type TableState } from "../../kit/table";

/** Filters that the API has under the same name. */
const plain = ["kind", "status_id", "priority", "queue_id", "sla"];

/** The list as the API is asked for it: what is open, unless a filter or a search wants more. */
export function ticketQuery(state: TableState): string {
  const query = new URLSearchParams();
  const { filters } = state;
  const first = (key: string) => filters[key]?.[0] ?? "";
  const search = state.search.trim();
  if (search !== "") query.set("q", search);
  if (first("state") === "" && search === "" && first("status_id") === "") query.set("open_only", "true");
  for (const key of plain) if (first(key) !== "") query.set(key, first(key));
  const owner = first("owner");
  if (owner === "mine") query.set("mine", "true");
  else if (owner === "nobody") query.set("unowned", "true");
  else if (owner !== "") query.set("owner_id", owner);
  const { since, until } = momentsOf(rangeOf(filters["opened"]));
  if (since !== undefined) query.set("opened_from", since);
  if (until !== undefined) query.set("opened_to", until);
  if (state.sort === "due") query.set("order", "due");
  return query.toString();
}
