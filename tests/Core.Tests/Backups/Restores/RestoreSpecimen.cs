using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Npgsql;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Physical;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Restores;

/// <summary>
/// A server with a tablespace, of which two bases were taken, all of its WAL was received, and that was killed at last:
/// what lies in the store is all there is.
/// </summary>
public sealed partial class RestoreSpecimen : IAsyncLifetime
{
    public const string Server = "specimen";
    public const string PointName = "before \"the\" deploy's end";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["fsync"] = "off",
        ["autovacuum"] = "off",
        ["max_wal_size"] = "256MB",
        ["archive_mode"] = "on",
        ["archive_command"] = "touch /tmp/recoveryos-restores-archived",
        ["synchronous_standby_names"] = "",
        ["max_connections"] = "150",
    };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recoveryos-restores-");
    private readonly List<Heartbeat> beats = [];
    private PostgresServer? server;

    public string Folder => folder.FullName;

    /// <summary>Everything that is stored; tests that change something take a copy.</summary>
    public string StoreFolder => Path.Combine(Folder, "store");

    public ScratchFolders Scratch => new(Path.Combine(Folder, "scratch"));

    internal IOptions<BackupOptions> Options { get; } = BackupSettings.Create(sealing: true);

    /// <summary>Rows 1 to 4 before the first base, then one heartbeat each; the last id is the highest.</summary>
    public IReadOnlyList<Heartbeat> Beats => beats;

    public CatalogueEntry First { get; private set; } = Nothing;

    public CatalogueEntry Second { get; private set; } = Nothing;

    /// <summary>How many heartbeats were committed before the restore point.</summary>
    public int BeatsBeforePoint { get; private set; }

    private static CatalogueEntry Nothing { get; } =
        new() { Sequence = 0, Server = Server, At = default, Previous = "" };

    private PostgresServer Source => server ?? throw new InvalidOperationException("The specimen was not made.");

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        server = await PostgresServer.StartAsync(Path.Combine(Folder, "postgres"), Settings, cancellationToken);
        var tablespace = Path.Combine(Folder, "postgres", "tablespace");
        Directory.CreateDirectory(tablespace);
        _ = await ServerUser.OwnAsync(tablespace, cancellationToken);
        await RunAsync($"CREATE TABLESPACE \"große Platte\" LOCATION '{tablespace}'", cancellationToken);
        await RunAsync(
            """
            CREATE ROLE clerk LOGIN PASSWORD 'x';
            CREATE TABLE beats (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp());
            CREATE TABLE far (id bigint, filling text) TABLESPACE "große Platte";
            INSERT INTO far SELECT n, repeat('x', 500) FROM generate_series(1, 2000) AS n;
            """,
            cancellationToken);

        Directory.CreateDirectory(StoreFolder);
        var wal = new SpecimenWal(server, Path.Combine(Folder, "received"), Vault(StoreFolder));
        await RunAsync("SELECT pg_create_physical_replication_slot('specimen', true)", cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var receiving = wal.ReceiveAsync(stop.Token);
        await WaitForReceiverAsync(cancellationToken);

        First = await TakeAsync(cancellationToken);
        await BeatAsync(5, cancellationToken);
        await RunAsync("SELECT pg_switch_wal()", cancellationToken);
        await BeatAsync(5, cancellationToken);
        BeatsBeforePoint = beats.Count;
        await PointAsync(cancellationToken);
        await BeatAsync(5, cancellationToken);
        await RunAsync("SELECT pg_switch_wal()", cancellationToken);
        await BeatAsync(5, cancellationToken);
        Second = await TakeAsync(cancellationToken);
        await BeatAsync(10, cancellationToken);
        await RunAsync("SELECT pg_switch_wal()", cancellationToken);
        await BeatAsync(5, cancellationToken);

        await Source.KillAsync(cancellationToken);
        await receiving;
        await wal.ShipAsync(cancellationToken);
        await new HeartbeatLedger(Vault(StoreFolder)).AppendAsync(Server, beats, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.KillAsync(CancellationToken.None);
        folder.Delete(recursive: true);
    }

    internal BackupVault Vault(string store) => new(new FolderStore(store, TimeProvider.System), Options);

    internal BackupCatalogue Catalogue(string store) =>
        new(Vault(store), new CatalogueSigner(Options), TimeProvider.System);

    internal PhysicalRestore Restore(string store) =>
        new(Vault(store), new WalArchive(Vault(store)), TimeProvider.System);

    internal RestorePlanner Planner(string store, RestoreForecast? forecast = null) => new(
        Catalogue(store),
        new WalArchive(Vault(store)),
        new HeartbeatLedger(Vault(store)),
        forecast ?? new RestoreForecast());

    internal RecoveryWindows Windows(string store) => new(
        Catalogue(store), new WalArchive(Vault(store)), new HeartbeatLedger(Vault(store)), new RestoreForecast(),
        TimeProvider.System);

    /// <summary>A store of a test's own, to be spoiled.</summary>
    internal async Task<string> CopyStoreAsync(string name, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(Folder, $"store-{name}");
        var copied = await PostgresTool.RunAsync(["cp", "-r", StoreFolder, copy], null, null, null, cancellationToken);
        Assert.Equal(0, copied.ExitCode);
        return copy;
    }

    /// <summary>Changes a segment's bytes under the seal, as a disk that lies does.</summary>
    internal async Task SpoilAsync(
        string store, ArchivedSegment segment, Action<byte[]> change, CancellationToken cancellationToken)
    {
        var content = new byte[segment.Segment.Size];
        await using (var stored = await new WalArchive(Vault(store)).OpenAsync(segment, cancellationToken))
            await stored.ReadExactlyAsync(content, cancellationToken);
        change(content);
        await Vault(store).Store.DeleteAsync(segment.Stored.Name, cancellationToken);
        await Vault(store).WriteAsync(
            segment.Stored.Name, SpecimenWal.Pack(content.AsMemory(0, segment.Flushed)), cancellationToken);
    }

    private async Task<CatalogueEntry> TakeAsync(CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        var staging = Path.Combine(Folder, $"{id}");
        var startedAt = TimeProvider.System.GetUtcNow();
        var taken = await PostgresTool.RunAsync(
            [
                Source.Binaries["pg_basebackup"], "-D", staging, "-Ft", "-X", "stream", "-c", "fast",
                "--compress=client-zstd:1", "--manifest-checksums=SHA256", "--no-sync",
            ],
            new NpgsqlConnectionStringBuilder(Source.ConnectionString("postgres")), null, null, cancellationToken);
        Assert.True(taken.ExitCode == 0, taken.Reason);
        var finishedAt = await ScalarAsync<DateTime>("SELECT clock_timestamp()", cancellationToken);
        var manifest = await File.ReadAllTextAsync(Path.Combine(staging, "backup_manifest"), cancellationToken);
        var range = Range().Match(manifest);
        var oid = await ScalarAsync<uint>(
            "SELECT oid FROM pg_tablespace WHERE spcname = 'große Platte'", cancellationToken);
        var physical = new PhysicalBackup
        {
            Id = id,
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            Server = await FactsAsync(cancellationToken),
            Timeline = 1,
            StartLsn = Lsn.Parse(range.Groups[1].Value),
            StopLsn = Lsn.Parse(range.Groups[2].Value),
            Compression = "zstd",
            Base = await StoreAsync("base.tar.zst"),
            StreamedWal = await StoreAsync("pg_wal.tar"),
            BackupManifest = await StoreAsync("backup_manifest"),
            Tablespaces =
            [
                new TablespaceBackup(
                    oid,
                    "große Platte",
                    Path.Combine(Folder, "postgres", "tablespace"),
                    await StoreAsync($"{oid}.tar.zst")),
            ],
            DataBytes = await ScalarAsync<long>(
                "SELECT sum(pg_database_size(oid))::bigint FROM pg_database", cancellationToken),
        };
        return await Catalogue(StoreFolder).AppendAsync(
            Server, entry => entry with { Physical = physical }, cancellationToken);

        async Task<VaultObject> StoreAsync(string file)
        {
            await using var content = File.OpenRead(Path.Combine(staging, file));
            return await Vault(StoreFolder).WriteAsync(
                StoreLayout.BackupFile(Server, id, file), content, null, cancellationToken);
        }
    }

    private async Task<ServerFacts> FactsAsync(CancellationToken cancellationToken) => new()
    {
        MajorVersion = Source.Binaries.MajorVersion,
        Version = await ScalarAsync<string>("SHOW server_version", cancellationToken),
        SystemIdentifier = await ScalarAsync<string>(
            "SELECT system_identifier::text FROM pg_control_system()", cancellationToken),
        WalSegmentSize = WalSegment.DefaultSize,
        HasDataChecksums = true,
    };

    /// <summary>A commit, and the same outside the database.</summary>
    private async Task BeatAsync(int count, CancellationToken cancellationToken)
    {
        for (var left = count; left > 0; left--)
        {
            var id = beats.Count + 1;
            var at = await ScalarAsync<DateTime>(
                $"INSERT INTO beats (id) VALUES ({id}) RETURNING at", cancellationToken);
            var lsn = Lsn.Parse(
                await ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text", cancellationToken));
            beats.Add(new Heartbeat(id, at, lsn));
        }
    }

    private Task PointAsync(CancellationToken cancellationToken) => RunAsync(
        $"SELECT pg_create_restore_point('{PointName.Replace("'", "''", StringComparison.Ordinal)}')",
        cancellationToken);

    private async Task WaitForReceiverAsync(CancellationToken cancellationToken)
    {
        await Deadline.WaitAsync(
            async () => await ScalarAsync<long>("SELECT count(*) FROM pg_stat_replication", cancellationToken) > 0,
            "the receiver", cancellationToken);
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(Source.ConnectionString("postgres"));
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(Source.ConnectionString("postgres"));
        await using var command = dataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync(cancellationToken) is T value
            ? value
            : throw new InvalidOperationException($"{sql} answered something else.");
    }

    [GeneratedRegex("\"Start-LSN\": \"([0-9A-F/]+)\", \"End-LSN\": \"([0-9A-F/]+)\"")]
    private static partial Regex Range();
}
