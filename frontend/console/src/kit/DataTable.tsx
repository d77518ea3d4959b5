import { Button, Checkbox, Loader, Text } from "@mantine/core";
import { IconArrowsSort, IconSortAscending, IconSortDescending } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { usePhrases } from "../i18n/phrases";
import { go, pathTo } from "../shell/route";
import css from "./Kit.module.css";
import type { List } from "./list";
import { useShown, type Table } from "./table";
import { tableWords } from "./tableWords";
import views from "./Views.module.css";
import { kitWords } from "./words";

const none: string[] = [];

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** Dropped where there is little room. */
  isExtra?: boolean;
  /** Whether its heading sorts: the page then arranges the rows by `table.state.sort`. */
  isSortable?: boolean;
}

/** Rows that are ticked, so that something is done to all of them. */
export interface Selection<T> {
  ids: ReadonlySet<string>;
  set: (ids: Set<string>) => void;
  allLabel: string;
  labelOf: (row: T) => string;
}

interface TableProps<T> {
  label: string;
  list: Pick<List<T>, "isBusy" | "isFailed" | "hasMore" | "more" | "reload">;
  rows: T[];
  columns: Column<T>[];
  idOf: (row: T) => string;
  /** Where a row leads; the first column is its link. */
  to?: (row: T) => string[];
  chosen?: string | undefined;
  isOff?: (row: T) => boolean;
  isSearched?: boolean;
  /** With it columns can be hidden and sorted by. */
  table?: Table;
  selection?: Selection<T> | undefined;
}

/** Rows of a list; a card each on a phone. */
export function DataTable<T>(props: TableProps<T>) {
  const { list, rows } = props;
  const { say } = usePhrases(kitWords);
  const columns = useShown(props.columns, props.table?.state.hidden ?? none);
  if (list.isFailed && rows.length === 0) {
    return (
      <div className={css.empty} role="alert">
        <Text mb="sm">{say("list_failed")}</Text>
        <Button variant="default" onClick={() => void list.reload()}>{say("retry")}</Button>
      </div>
    );
  }
  if (rows.length === 0) {
    return <div className={css.empty}>{list.isBusy ? <Loader size="sm" /> : say(props.isSearched ? "no_match" : "empty")}</div>;
  }
  return (
    <>
      <table className={css.table} aria-label={props.label} data-testid="table">
        <thead>
          <tr>
            {props.selection && <th scope="col" className={css.tick}><TickAll selection={props.selection} ids={rows.map(props.idOf)} /></th>}
            {columns.map((column) => <Heading key={column.key} column={column} table={props.table} />)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={props.idOf(row)} row={row} table={{ ...props, columns }} />
          ))}
        </tbody>
      </table>
      {list.hasMore && (
        <Button mt="md" variant="default" loading={list.isBusy} onClick={() => void list.more()} data-testid="more">{say("more")}</Button>
      )}
    </>
  );
}

function TickAll<T>(props: { selection: Selection<T>; ids: string[] }) {
  const { selection, ids } = props;
  const ticked = ids.filter((id) => selection.ids.has(id)).length;
  const isAll = ticked === ids.length;
  return (
    <Checkbox size="sm" aria-label={selection.allLabel} checked={isAll} indeterminate={ticked > 0 && !isAll} onChange={() => selection.set(new Set(isAll ? [] : ids))} data-testid="tick-all" />
  );
}

/** The box alone ticks; everything else of the row leads where the row leads. */
function Tick<T>(props: { selection: Selection<T>; row: T; id: string }) {
  const { selection, row, id } = props;
  const isTicked = selection.ids.has(id);
  const toggle = () => selection.set(new Set(isTicked ? [...selection.ids].filter((each) => each !== id) : [...selection.ids, id]));
  return (
    <td className={css.tick} onClick={(event) => event.stopPropagation()}>
      <Checkbox size="sm" aria-label={selection.labelOf(row)} checked={isTicked} onChange={toggle} data-testid="tick" />
    </td>
  );
}

/** A column's title; pressing it sorts: up, down, not at all. */
function Heading<T>(props: { column: Column<T>; table: Table | undefined }) {
  const { column, table } = props;
  const { say } = usePhrases(tableWords);
  const extra = column.isExtra ? "" : undefined;
  if (!table || !column.isSortable) return <th scope="col" data-extra={extra}>{column.title}</th>;
  const { sort } = table.state;
  const direction = sort === column.key ? "ascending" : sort === `-${column.key}` ? "descending" : "none";
  const next = { none: column.key, ascending: `-${column.key}`, descending: null }[direction];
  const Arrow = { none: IconArrowsSort, ascending: IconSortAscending, descending: IconSortDescending }[direction];
  return (
    <th scope="col" data-extra={extra} aria-sort={direction}>
      <button type="button" className={views.sort} onClick={() => table.set({ sort: next })} aria-label={say("sort", { name: column.title })} data-testid={`sort-${column.key}`}>
        {column.title}
        <Arrow size={14} aria-hidden />
      </button>
    </th>
  );
}

function Row<T>(props: { row: T; table: TableProps<T> }) {
  const { row, table } = props;
  const id = table.idOf(row);
  const to = table.to?.(row);
  const open = to && (() => go(...to));
  return (
    <tr
      className={css.row}
      data-testid="row"
      data-id={id}
      data-to={to ? "" : undefined}
      data-off={table.isOff?.(row) ?? false}
      aria-selected={table.chosen === undefined ? undefined : table.chosen === id}
      onClick={open}
    >
      {table.selection && <Tick selection={table.selection} row={row} id={id} />}
      {table.columns.map(({ key, title, cell, isExtra }, index) => (
        <td key={key} data-label={index === 0 ? undefined : title} data-extra={isExtra ? "" : undefined}>
          {index === 0 && to ? <a className={css.main} href={pathTo(...to)}>{cell(row)}</a> : cell(row)}
        </td>
      ))}
    </tr>
  );
}
