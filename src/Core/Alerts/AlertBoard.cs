using System.Data.Common;
using Npgsql;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Alerts;

/// <summary>The alerts of an account.</summary>
public sealed class AlertBoard(NpgsqlDataSource dataSource)
{
    private const string Columns =
        "id, member_id, kind, severity, status, created_at, acknowledged_at, resolved_at";

    /// <summary>Newest first.</summary>
    public async Task<Page<Alert>> ListAsync(
        Caller caller, AlertFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        var alerts = await dataSource.CreateCommand($"""
            SELECT {Columns} FROM alerts
            WHERE account_id = $1
                AND ($2 IS NULL OR status = $2)
                AND ($3 IS NULL OR severity = $3)
                AND ($4 IS NULL OR id < $4)
            ORDER BY id DESC
            LIMIT $5
            """)
            .With(caller.AccountId).With(filter.Status).With(filter.Severity).With(page.Before).With(page.Limit + 1)
            .ToListAsync(Read, cancellationToken);
        return page.Cut(alerts, alert => alert.Id);
    }

    /// <summary>
    /// open → acknowledged: those on call who were not texted yet will not be. Doing it again changes nothing.
    /// </summary>
    public Task<AlertMove> AcknowledgeAsync(Caller caller, Guid alertId, CancellationToken cancellationToken) =>
        MoveAsync(
            """
            UPDATE alerts SET status = 'acknowledged', acknowledged_at = now(), acknowledged_by = $2
            WHERE account_id = $1 AND id = $3 AND status = 'open'
            """,
            "acknowledged", caller, alertId, cancellationToken);

    /// <summary>acknowledged → resolved. Doing it again changes nothing.</summary>
    public Task<AlertMove> ResolveAsync(Caller caller, Guid alertId, CancellationToken cancellationToken) =>
        MoveAsync(
            """
            UPDATE alerts SET status = 'resolved', resolved_at = now(), resolved_by = $2
            WHERE account_id = $1 AND id = $3 AND status = 'acknowledged'
            """,
            "resolved", caller, alertId, cancellationToken);

    private async Task<AlertMove> MoveAsync(
        string update, string status, Caller caller, Guid alertId, CancellationToken cancellationToken)
    {
        var batch = dataSource.CreateBatch();
        // A statement of its own: the next one then sees the texts of an escalation that it waited for.
        batch.Command("SELECT FROM alerts WHERE account_id = $1 AND id = $2 FOR NO KEY UPDATE")
            .With(caller.AccountId).With(alertId);
        batch.Command($"""
            WITH alert AS ({update} RETURNING {Columns}),
            audit AS (
                INSERT INTO audit_log (account_id, actor, action, subject_id)
                SELECT $1, $2, 'alert.' || status, id FROM alert
            ), canceled AS (
                UPDATE outbox SET state = 'canceled', state_at = now()
                FROM alert
                WHERE outbox.alert_id = alert.id AND outbox.state = 'queued'
                RETURNING outbox.id, outbox.fence, alert.status
            ), events AS (
                INSERT INTO message_events (message_id, kind, fence, reason)
                SELECT id, 'canceled', fence, status FROM canceled
            )
            SELECT {Columns} FROM alert
            """)
            .With(caller.AccountId).With(caller.Actor).With(alertId);
        if (await Queries.WithPatienceAsync(LastAsync(batch, cancellationToken), cancellationToken) is { } moved)
        {
            return new AlertMove.Done(moved);
        }

        var found = await dataSource.CreateCommand($"SELECT {Columns} FROM alerts WHERE account_id = $1 AND id = $2")
            .With(caller.AccountId).With(alertId)
            .FirstAsync(Read, cancellationToken);
        return found switch
        {
            null => new AlertMove.AlertUnknown(),
            var alert when alert.Status == status => new AlertMove.Done(alert),
            var alert => new AlertMove.OutOfOrder(alert.Status),
        };
    }

    private static async Task<Alert?> LastAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await using (batch)
        {
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
            await reader.NextResultAsync(cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? Read(reader) : null;
        }
    }

    private static Alert Read(DbDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetString(4),
        reader.GetDateTime(5),
        reader.IsDBNull(6) ? null : reader.GetDateTime(6),
        reader.IsDBNull(7) ? null : reader.GetDateTime(7));
}

/// <summary>What became of a move of an alert.</summary>
public abstract record AlertMove
{
    private AlertMove()
    {
    }

    /// <summary>It is in the wanted state, now or since before.</summary>
    public sealed record Done(Alert Alert) : AlertMove;

    public sealed record AlertUnknown : AlertMove;

    /// <summary>The order is open, acknowledged, resolved; the alert is somewhere else.</summary>
    public sealed record OutOfOrder(string Status) : AlertMove;
}
