using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Core.PostgresServers;
using RecoveryOS.Core.Tests.Settings;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

/// <summary>A server of a test's own, whose WAL is received into a store of its own.</summary>
internal sealed class WalStage : IAsyncDisposable
{
    public const string Name = "main";

    /// <summary>What takes longer on a busy machine has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServiceProvider services;
    private CancellationTokenSource? stop;
    private Task<bool>? running;

    private WalStage(string folder, PostgresServer server, IReadOnlyDictionary<string, string?> settings)
    {
        (Folder, Server) = (folder, server);
        services = SampleSettings.Services(settings);
    }

    public string Folder { get; }

    public PostgresServer Server { get; private set; }

    public string StoreFolder => Path.Combine(Folder, "store");

    public TargetServer Target => Assert.Single(Get<WalStations>().Servers);

    public WalSpool Spool => Get<WalStations>().Spool(Name);

    public WalArchive Archive => Get<WalArchive>();

    public BackupCatalogue Catalogue => Get<BackupCatalogue>();

    public IBackupStore Store => Get<IBackupStore>();

    public WalStation? Station { get; private set; }

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <param name="settings">Of the server, over those that are quick.</param>
    public static async Task<WalStage> OpenAsync(
        Dictionary<string, string>? settings = null, string? databaseUrl = null)
    {
        var folder = Directory.CreateTempSubdirectory("recoveryos-wal-").FullName;
        Dictionary<string, string> all = new(settings ?? []);
        all.TryAdd("fsync", "off");
        all.TryAdd("max_wal_size", "64MB");
        all.TryAdd("min_wal_size", "32MB");
        var server = await PostgresServer.StartAsync(Path.Combine(folder, "server"), all, CancellationToken);
        Directory.CreateDirectory(Path.Combine(folder, "store"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new WalStage(folder, server, new Dictionary<string, string?>
        {
            ["Database__Url"] = databaseUrl ?? "postgres://nobody@127.0.0.1:1/none",
            ["Backups__Targets__0__Name"] = Name,
            ["Backups__Targets__0__Url"] = server.Url("postgres"),
            ["Backups__Store__Url"] = Path.Combine(folder, "store"),
            ["Backups__Folder"] = Path.Combine(folder, "work"),
            ["Backups__Signing__KeyId"] = "test",
            ["Backups__Signing__Key"] = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
        });
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Starts receiving, and waits until WAL comes.</summary>
    public async Task StartReceivingAsync()
    {
        Receive();
        await UntilAsync(() => Station?.Report.State is ReceiverState.Receiving, "the receiver receives");
    }

    public void Receive()
    {
        stop = new CancellationTokenSource();
        Station = Get<WalStations>().Station(Target);
        running = Station.RunAsync(stop.Token);
    }

    /// <returns>Whether the rest was shipped.</returns>
    public async Task<bool> StopReceivingAsync()
    {
        if (running is null || stop is null)
            return true;

        await stop.CancelAsync();
        var isShipped = await running;
        stop.Dispose();
        (stop, running) = (null, null);
        return isShipped;
    }

    /// <summary>Waits for what is to happen; a receiver that failed meanwhile fails the test.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (running is { IsFaulted: true })
                await running;
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < Patience,
                $"waited in vain until {what}; the receiver says {Station?.Report}");
            await Task.Delay(20, CancellationToken);
        }
    }

    public Task UntilAsync(Func<bool> isSo, string what) => UntilAsync(() => Task.FromResult(isSo()), what);

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await Target.OpenAsync(null, CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken);
    }

    public async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = await Target.OpenAsync(null, CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return Assert.IsType<T>(await command.ExecuteScalarAsync(CancellationToken));
    }

    public async Task<Lsn> PositionAsync() =>
        Lsn.Parse(await AskAsync<string>("SELECT pg_current_wal_flush_lsn()::text"));

    /// <summary>Fills a segment and more.</summary>
    public Task WriteAsync(int megabytes) => ExecuteAsync(
        string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE IF NOT EXISTS filling (text text);
            INSERT INTO filling SELECT string_agg(md5(part || random()::text), '')
            FROM generate_series(1, {megabytes * 32}) AS line,
                generate_series(1, 1000) AS part GROUP BY line;
            """));

    public Task<ArchivedWal> ArchivedAsync() => Archive.ListAsync(Name, WalSegment.DefaultSize, CancellationToken);

    /// <summary>How far the store has the newest timeline.</summary>
    public async Task<Lsn?> ArchivedEndAsync() => (await ArchivedAsync()).Timelines is [.., var newest]
        ? newest.Segments.Concat(newest.Partials).Max(segment => segment.End)
        : null;

    /// <summary>Whether the store has everything before this position, but for zeros at the end of a record.</summary>
    public async Task<bool> IsStoredAsync(Lsn end) => await ArchivedEndAsync() is { } stored && stored + 64 >= end;

    public async Task<IReadOnlyList<WalChainStart>> ChainsAsync() =>
        [.. (await Catalogue.ReadAsync(Name, CancellationToken))
            .Select(entry => entry.WalChain).OfType<WalChainStart>()];

    public async ValueTask DisposeAsync()
    {
        await StopReceivingAsync();
        await Server.StopAsync(immediate: true, CancellationToken.None);
        await services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
