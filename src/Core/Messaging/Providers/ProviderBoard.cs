using Npgsql;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>
/// How the providers are doing, as rows that all replicas share. Every decision is one statement by the database's
/// clock.
/// </summary>
/// <param name="names">The one to prefer first.</param>
internal sealed class ProviderBoard(NpgsqlDataSource database, string[] names)
{
    private string Preferred => names.Length > 0 ? names[0] : "";

    /// <summary>Makes rows for providers that have none: all points and the lead to the first one ever.</summary>
    public Task SeedAsync(CancellationToken cancellationToken) => database.CreateCommand(
        """
        INSERT INTO text_providers (name, weight, leads_since)
        SELECT name, CASE WHEN first THEN 100 ELSE 0 END, CASE WHEN first THEN '-infinity'::timestamptz END
        FROM (
            SELECT name, position = 1 AND NOT EXISTS (SELECT FROM text_providers) AS first
            FROM unnest($1) WITH ORDINALITY AS given (name, position)) AS seeds
        ON CONFLICT (name) DO NOTHING
        """).With(names).ExecuteAsync(cancellationToken);

    /// <summary>The health of each, after the points and the lead that were due have moved.</summary>
    public async Task<IReadOnlyList<ProviderHealth>> ReadAsync(CancellationToken cancellationToken)
    {
        var health = await HealthAsync(cancellationToken);
        // In good health there is nothing to move, and reading is all it costs.
        if (health.Count < 2 || health.All(one => one.IsClean && one.Weight == (one.Name == Preferred ? 100 : 0)))
        {
            return health;
        }

        return await MoveAsync(cancellationToken) ? await HealthAsync(cancellationToken) : health;
    }

    /// <summary>
    /// Counts a failure. The third in a row opens the circuit for 30 s; so does any while it is open.
    /// </summary>
    /// <param name="isFirst">Whether a text went well since the failure before.</param>
    public Task FailedAsync(string name, bool isFirst, CancellationToken cancellationToken) => database.CreateCommand(
        """
        UPDATE text_providers
        SET failures = CASE WHEN $2 THEN 1 ELSE failures + 1 END,
            open_until = CASE
                WHEN open_until IS NOT NULL OR (NOT $2 AND failures >= 2)
                THEN greatest(open_until, clock_timestamp() + interval '30 seconds') END
        WHERE name = $1
        """).With(name).With(isFirst).ExecuteAsync(cancellationToken);

    public Task SucceededAsync(string name, CancellationToken cancellationToken) => database.CreateCommand(
        """
        UPDATE text_providers SET failures = 0, open_until = NULL
        WHERE name = $1 AND (failures > 0 OR open_until IS NOT NULL)
        """).With(name).ExecuteAsync(cancellationToken);

    /// <summary>Whether the caller may try a provider whose circuit is half open; nobody else may for 15 s.</summary>
    public async Task<bool> TryProbeAsync(string name, CancellationToken cancellationToken)
    {
        var command = database.CreateCommand(
            """
            UPDATE text_providers SET open_until = clock_timestamp() + interval '15 seconds'
            WHERE name = $1 AND open_until <= clock_timestamp()
            """);
        return await command.With(name).ExecuteAsync(cancellationToken) == 1;
    }

    private Task<List<ProviderHealth>> HealthAsync(CancellationToken cancellationToken) => database.CreateCommand(
        """
        SELECT name, weight, leads_since IS NOT NULL, failures, open_until - clock_timestamp()
        FROM text_providers
        WHERE name = ANY ($1)
        ORDER BY leads_since DESC NULLS LAST, weight DESC, array_position($1, name)
        """).With(names).ToListAsync(
            row => new ProviderHealth(
                row.GetString(0),
                row.GetInt16(1),
                row.GetBoolean(2),
                row.GetInt32(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<TimeSpan>(4)),
            cancellationToken);

    /// <summary>
    /// Moves ten points, at most every 10 s, from one that fails to one that works, or from a lead that fails to one
    /// that may work again; where both fail nothing moves. In quiet they move back to the preferred one every 60 s. The
    /// lead follows the points, at most every 5 minutes.
    /// </summary>
    private async Task<bool> MoveAsync(CancellationToken cancellationToken)
    {
        var batch = database.CreateBatch();
        batch.Command("SELECT FROM text_providers WHERE name = ANY ($1) ORDER BY name FOR UPDATE").With(names);
        batch.Command(
            """
            UPDATE text_providers AS provider
            SET weight = provider.weight + CASE WHEN provider.name = step.winner THEN 10 ELSE -10 END,
                weight_changed_at = clock_timestamp()
            FROM (
                SELECT winner.name AS winner, loser.name AS loser
                FROM text_providers AS winner JOIN text_providers AS loser ON loser.name <> winner.name
                WHERE winner.name = ANY ($1) AND loser.name = ANY ($1)
                    AND winner.weight <= 90 AND loser.weight >= 10
                    AND (winner.open_until IS NULL
                        OR (winner.open_until <= clock_timestamp() AND loser.leads_since IS NOT NULL))
                    AND greatest(winner.weight_changed_at, loser.weight_changed_at) <= clock_timestamp()
                        - CASE WHEN loser.open_until IS NULL THEN interval '60 seconds' ELSE interval '10 seconds' END
                    AND (loser.open_until IS NOT NULL OR (winner.name = $2 AND winner.failures = 0))
                ORDER BY winner.open_until NULLS FIRST, winner.name
                LIMIT 1) AS step
            WHERE provider.name IN (step.winner, step.loser)
            """).With(names).With(Preferred);
        batch.Command(
            """
            UPDATE text_providers AS provider
            SET leads_since = CASE WHEN provider.name = turn.next THEN clock_timestamp() END
            FROM (
                SELECT next.name AS next, lead.name AS lead
                FROM text_providers AS lead JOIN text_providers AS next ON next.name <> lead.name
                WHERE lead.name = ANY ($1) AND next.name = ANY ($1)
                    AND lead.leads_since <= clock_timestamp() - interval '5 minutes'
                    AND next.weight > lead.weight
                    AND (next.open_until IS NULL
                        OR (next.open_until <= clock_timestamp() AND lead.open_until IS NOT NULL))
                ORDER BY next.weight DESC, next.name
                LIMIT 1) AS turn
            WHERE provider.name IN (turn.next, turn.lead)
            """).With(names);
        // The first command only locks, and counts no rows.
        return await batch.ExecuteAsync(cancellationToken) > 0;
    }
}
