//! The list in Brazilian Portuguese.

use super::ListMessages;

/// The catalogue of Brazilian Portuguese.
pub(super) static PT_BR: ListMessages = ListMessages {
    batch_tasks: "Tarefas em lote",
    list_caption: "Tarefas em lote; horários em {zone}",
    task_name: "Nome",
    batch_id: "ID do lote",
    ended_or_elapsed: "Término ou tempo decorrido",
    running_for: "há {time}",
    bar_label: "Progresso de {name}",
    success_of: "{success} de {total}",
    not_succeeded_one: "{count} sem sucesso",
    not_succeeded: "{count} sem sucesso",

    range_label: "Período",
    last_day: "Últimas 24 horas",
    last_week: "Últimos 7 dias",
    last_month: "Últimos 30 dias",
    any_time: "Qualquer data",
    any_type: "Qualquer tipo",
    clear_filters: "Limpar filtros",

    pages: "Páginas",
    previous: "Anterior",
    next: "Próxima",
    first_page: "Primeira página",
    page_of: "Página {page} de {pages}",
    rows_of: "{first}–{last} de {count}",

    loading_list: "Carregando as tarefas em lote…",
    none_match: "Nenhum lote corresponde a estes filtros.",
    none_in_range: "Nenhum lote começou neste período.",
    no_batches: "Ainda não há lotes.",
    page_beyond: "Não há página {page}.",
    batches_found_one: "{count} lote encontrado",
    batches_found: "{count} lotes encontrados",
    title_invalid_list: "A resposta não é uma lista de tarefas em lote",
    title_list_off: "A lista não está disponível",
    list_off_hint: "O proxy foi iniciado sem --list.",
    title_list_refused: "A lista foi recusada",

    recent_batches: "Abertos recentemente neste navegador",
    clear_recent: "Limpar lista",
};
