using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Logical;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>
/// A small server with a base backup, WAL after it, a promotion amid that WAL, a dump and heartbeats: what is copied
/// and damaged. Its table <c>still</c> does not change after the base, so that replay does not mend what is damaged in
/// it.
/// </summary>
internal sealed class Specimen
{
    public const int Rows = 3000;

    private const string Tables = """
        CREATE TABLE still (id bigserial PRIMARY KEY, name text NOT NULL, note text);
        CREATE INDEX still_by_name ON still (name);
        INSERT INTO still (name, note)
        SELECT 'name-' || lpad(i::text, 6, '0'),
            'note-' || lpad(i::text, 6, '0') || ' is of some length, so that pages fill'
        FROM generate_series(1, 3000) AS i;
        CREATE TABLE busy (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(), note text);
        CREATE TABLE nothing (id int PRIMARY KEY);
        CREATE TABLE shrunk AS SELECT i FROM generate_series(1, 2000) AS i;
        DELETE FROM shrunk WHERE i % 2 = 0;
        CREATE UNLOGGED TABLE passing (id int);
        INSERT INTO passing SELECT generate_series(1, 10);
        CREATE TABLE parts (id int, day date NOT NULL) PARTITION BY RANGE (day);
        CREATE TABLE parts_2026 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
        INSERT INTO parts SELECT i, '2026-05-01' FROM generate_series(1, 50) AS i;
        SELECT lo_from_bytea(90000 + i, convert_to('large-' || lpad(i::text, 6, '0') || words, 'UTF8'))
        FROM generate_series(1, 40) AS i,
            LATERAL (SELECT string_agg(md5(i::text || j), '') AS words FROM generate_series(1, 55) AS j) AS of;
        """;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["wal_level"] = "replica",
        ["max_wal_senders"] = "4",
        ["wal_keep_size"] = "512MB",
        ["fsync"] = "off",
        ["full_page_writes"] = "on",
        ["autovacuum"] = "off",
    };

    public required BackupOptions Options { get; init; }

    /// <summary>Of the table <c>still</c>, below the data folder.</summary>
    public required string TableFile { get; init; }

    /// <summary>Of the index on its names.</summary>
    public required string IndexFile { get; init; }

    /// <summary>Of the large objects, which no table holds.</summary>
    public required string LargeObjectFile { get; init; }

    /// <summary>Dumps that are none: without rows, without tables, and as plain SQL.</summary>
    public required IReadOnlyDictionary<string, string> OddDumps { get; init; }

    /// <summary>Makes the server, backs it up, writes on, and ends it: what is left is the store.</summary>
    /// <param name="folder">Gets the store.</param>
    /// <param name="work">
    /// Where servers run: each in a scratch folder of its own, which is found there when we are killed.
    /// </param>
    public static async Task<Specimen> MakeAsync(
        string folder,
        string work,
        NpgsqlDataSource dataSource,
        ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var store = Directory.CreateDirectory(Path.Combine(folder, "store")).FullName;
        await using var place = await new ScratchFolders(Path.Combine(work, DrillFolders.Scratch))
            .CreateAsync(cancellationToken);
        await using var server = await PostgresServer.StartAsync(place.Path, Settings, cancellationToken);
        var options = SelfTestServices.Options(store, work, server.ConnectionString("postgres"), null);
        await using var services = SelfTestServices.Of(options, dataSource, loggers);
        var target = services.GetRequiredService<BackupTargets>().Find(SelfTestServices.Server);
        CatalogueEntry physical;
        await using (var connection = await target.OpenAsync(null, cancellationToken))
        {
            await connection.RunAsync(Tables, cancellationToken);
            await connection.RunAsync("CREATE DATABASE vacant", cancellationToken);
            // Whoever reads rows first writes their hint bits, and with checksums that puts whole pages into the WAL.
            await connection.RunAsync("VACUUM (FREEZE) still, pg_largeobject", cancellationToken);
            await BeatAsync(services, target, 3, cancellationToken);
            physical = await services.GetRequiredService<PhysicalBackups>().TakeAsync(target, null, cancellationToken);
        }

        await services.GetRequiredService<LogicalBackups>().TakeAsync(target, null, cancellationToken);
        await WriteOnAsync(services, target, 4, cancellationToken);
        await PromoteAsync(server, target, cancellationToken);
        await WriteOnAsync(services, target, 2, cancellationToken);
        await using var promoted = await target.OpenAsync(null, cancellationToken);
        var files = await promoted.QueryAsync(
            """
            SELECT pg_relation_filepath('still'), pg_relation_filepath('still_by_name'),
                pg_relation_filepath('pg_largeobject')
            """,
            row => (row.GetString(0), row.GetString(1), row.GetString(2)),
            cancellationToken);
        if (physical.Physical?.StartLsn is { } start)
            await ShipAsync(services, server, start, cancellationToken);
        return new Specimen
        {
            Options = options,
            TableFile = files[0].Item1,
            IndexFile = files[0].Item2,
            LargeObjectFile = files[0].Item3,
            OddDumps = await OddDumpsAsync(server, target, folder, cancellationToken),
        };
    }

    private static async Task BeatAsync(
        IServiceProvider services, TargetServer target, int count, CancellationToken cancellationToken)
    {
        for (var beat = 0; beat < count; beat++)
            await services.GetRequiredService<HeartbeatRecorder>().RecordAsync(target, cancellationToken);
    }

    /// <summary>Over several segments, so that one in the middle can be missing.</summary>
    private static async Task WriteOnAsync(
        IServiceProvider services, TargetServer target, int segments, CancellationToken cancellationToken)
    {
        await using var connection = await target.OpenAsync(null, cancellationToken);
        for (var segment = 0; segment < segments; segment++)
        {
            await connection.RunAsync(
                "INSERT INTO busy (note) SELECT 'busy ' || i FROM generate_series(1, 200) AS i", cancellationToken);
            await BeatAsync(services, target, 2, cancellationToken);
            await connection.RunAsync("SELECT pg_switch_wal()", cancellationToken);
        }

        // At the very edge of a segment the server still names the one before as its current one.
        await connection.RunAsync("INSERT INTO busy (note) VALUES ('after the last segment')", cancellationToken);
    }

    /// <summary>As after the loss of a primary: what comes next is on a timeline of its own.</summary>
    private static async Task PromoteAsync(
        PostgresServer server, TargetServer target, CancellationToken cancellationToken)
    {
        await server.StopAsync(immediate: false, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "standby.signal"), "", cancellationToken);
        _ = await ServerUser.OwnAsync(server.DataFolder, cancellationToken);
        await server.StartAsync(cancellationToken);
        await using var connection = await target.OpenAsync(null, cancellationToken);
        if (await connection.QueryAsync(
            "SELECT pg_promote(true, 60)", row => row.GetBoolean(0), cancellationToken) is not [true])
        {
            throw new BackupException("self_test_failed", "The specimen could not be promoted.");
        }
    }

    /// <summary>
    /// Says in the catalogue that the rows were compared: drills to other points than the manifest's ask for that.
    /// </summary>
    public async Task RememberComparedAsync(
        NpgsqlDataSource dataSource, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        await using var services = SelfTestServices.Of(Options, dataSource, loggers);
        var catalogue = services.GetRequiredService<BackupCatalogue>();
        var physical = (await catalogue.KeptAsync(SelfTestServices.Server, cancellationToken))
            .Last(entry => entry.Physical is not null);
        await catalogue.AppendAsync(SelfTestServices.Server, entry => entry with
        {
            Tested = new TestedRestore(Guid.CreateVersion7(), "physical", "passed", physical.Physical?.Id, "", null)
            {
                ComparedManifest = true,
            },
        }, cancellationToken);
    }

    /// <summary>The whole segments from the base on, as a receiver would have shipped them.</summary>
    private static async Task ShipAsync(
        IServiceProvider services, PostgresServer server, Lsn start, CancellationToken cancellationToken)
    {
        var vault = services.GetRequiredService<BackupVault>();
        var wal = Path.Combine(server.DataFolder, "pg_wal");
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        var current = (await connection.QueryAsync(
            "SELECT pg_walfile_name(pg_current_wal_lsn())", row => row.GetString(0), cancellationToken))[0];
        foreach (var path in Directory.EnumerateFiles(wal))
        {
            var name = Path.GetFileName(path);
            var content = await File.ReadAllBytesAsync(path, cancellationToken);
            if (TimelineHistory.TryParseFileName(name, out var history))
                await vault.WriteAsync(
                    WalObjectName.OfHistory(SelfTestServices.Server, history), content, cancellationToken);
            // Where the promotion was, the new timeline's file begins with a copy of the old one's.
            else if (WalSegment.TryParse(name, WalSegment.DefaultSize, out var segment) && segment.End > start
                && string.CompareOrdinal(name, current) < 0 && !IsReplaced(segment))
                await PackedWal.WriteAsync(
                    vault, WalObjectName.Of(SelfTestServices.Server, segment), content, cancellationToken);
        }

        bool IsReplaced(WalSegment segment) =>
            File.Exists(Path.Combine(wal, (segment with { Timeline = segment.Timeline + 1 }).Name));
    }

    private static async Task<IReadOnlyDictionary<string, string>> OddDumpsAsync(
        PostgresServer server, TargetServer target, string folder, CancellationToken cancellationToken)
    {
        Dictionary<string, string> dumps = [];
        foreach (var (name, arguments) in new (string, string[])[]
        {
            ("schema_only", ["-Fc", "--schema-only"]), ("data_only", ["-Fc", "--data-only"]), ("plain", ["-Fp"]),
        })
        {
            var path = Path.Combine(folder, $"{name}.dump");
            await using var file = File.Create(path);
            var result = await PostgresTool.RunAsync(
                [server.Binaries["pg_dump"], .. arguments, "postgres"],
                target.Address,
                (output, stop) => output.CopyToAsync(file, stop),
                null,
                cancellationToken);
            if (result.ExitCode != 0)
                throw new BackupException("self_test_failed", $"The specimen could not be dumped: {result.Reason}");
            dumps[name] = path;
        }

        return dumps;
    }
}
