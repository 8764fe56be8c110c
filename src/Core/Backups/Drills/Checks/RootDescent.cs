using System.Diagnostics;
using System.Globalization;
using Npgsql;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Looks for each key of a b-tree from its root, as a query would. It costs more than all else that amcheck does, so
/// only small trees are looked at each time; large ones have turns, the one that waited longest first.
/// </summary>
/// <param name="earlier">When large trees were looked at last, by the test before.</param>
/// <param name="smallBytes">How large a tree may be to be looked at each time.</param>
internal sealed class RootDescent(
    ServerUnderTest server,
    IReadOnlyList<IndexTurn> earlier,
    DateTimeOffset now,
    long smallBytes = RootDescent.SmallBytes)
{
    private const long SmallBytes = 8 * 1024 * 1024;

    private const string List = """
        SELECT c.oid, n.nspname, c.relname, pg_relation_size(c.oid)
        FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_am a ON a.oid = c.relam
        WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid AND i.indisready
        ORDER BY n.nspname, c.relname
        """;

    private const string Schema = """
        SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'amcheck'
        """;

    private readonly List<Index> indexes = [];
    private readonly List<string> findings = [];
    private int looked;

    public IReadOnlyList<string> Findings => findings;

    /// <summary>When each large tree was looked at last; of those that were never, nothing.</summary>
    public IReadOnlyList<IndexTurn> Turns { get; private set; } = earlier;

    /// <summary>How many were looked at now, of how many there are.</summary>
    public string Share => string.Create(CultureInfo.InvariantCulture, $"{looked} of {indexes.Count} b-trees");

    /// <summary>Installs what searches, and lists the trees.</summary>
    /// <exception cref="NpgsqlException">The server refuses, or went away.</exception>
    public async Task PrepareAsync(IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        foreach (var database in databases)
        {
            await using var connection = await server.OpenAsync(database, cancellationToken);
            await connection.RunAsync("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA pg_catalog", cancellationToken);
            indexes.AddRange(await connection.QueryAsync(
                List,
                row => new Index(
                    database, row.GetFieldValue<uint>(0), row.GetString(1), row.GetString(2), row.GetInt64(3)),
                cancellationToken));
        }
    }

    /// <summary>Begins no further large tree once <paramref name="budget"/> is used up, but looks at one.</summary>
    /// <exception cref="NpgsqlException">The server went away.</exception>
    public async Task RunAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        var known = Turns.ToDictionary(turn => (turn.Database, turn.Schema, turn.Name), turn => turn.At);
        var large = indexes
            .Where(index => index.Bytes > smallBytes)
            .OrderBy(index => known.GetValueOrDefault(index.Key, DateTimeOffset.MinValue))
            .ToList();
        foreach (var small in indexes.Where(index => index.Bytes <= smallBytes).GroupBy(index => index.Database))
            await LookAsync(small.Key, [.. small], cancellationToken);
        var started = Stopwatch.GetTimestamp();
        foreach (var index in large.TakeWhile((_, place) => place == 0 || Stopwatch.GetElapsedTime(started) < budget))
        {
            await LookAsync(index.Database, [index], cancellationToken);
            known[index.Key] = now;
        }

        Turns =
        [
            .. large.Where(index => known.ContainsKey(index.Key))
                .Select(index => new IndexTurn(index.Database, index.Schema, index.Name, known[index.Key])),
        ];
    }

    private async Task LookAsync(string database, IReadOnlyList<Index> group, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(database, cancellationToken);
        try
        {
            var schemas = await connection.QueryAsync(Schema, row => row.GetString(0), cancellationToken);
            var schema = schemas.FirstOrDefault() ?? "public";
            foreach (var index in group)
            {
                try
                {
                    await connection.RunAsync(
                        $"SELECT {schema}.bt_index_parent_check({index.Oid}::regclass, false, true)",
                        cancellationToken);
                    looked++;
                }
                catch (PostgresException exception) when (exception.SqlState
                    is PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.DataCorrupted)
                {
                    findings.Add($"{database}.{index.Schema}.{index.Name}: {exception.MessageText}");
                    // Npgsql closes a connection on which the server told of damage.
                    await connection.DisposeAsync();
                    connection = await server.OpenAsync(database, cancellationToken);
                }
            }
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    private sealed record Index(string Database, uint Oid, string Schema, string Name, long Bytes)
    {
        public (string, string, string) Key => (Database, Schema, Name);
    }
}
