using Azure.Storage.Blobs;
using Npgsql;
using RecoveryOS.Core.Backups.Manifests;
using RecoveryOS.Core.Backups.Restores;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.Backups.Restores.RestoredServers;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

namespace RecoveryOS.Core.Tests.Backups.Proofs;

/// <summary>
/// A specimen's backups, and its WAL, in a store of their own: everything goes by the product's own ways.
/// </summary>
internal sealed class ProofStage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stop = new();
    private readonly Specimen specimen;
    private readonly BackupStage stage;
    private Task<bool>? receiving;

    private ProofStage(Specimen specimen, string name, BackupStage stage) =>
        (this.specimen, Name, this.stage) = (specimen, name, stage);

    public string Name { get; }

    public TargetServer Target => stage.Get<BackupTargets>().Find(Name);

    public WalStation? Station { get; private set; }

    public BackupStage Services => stage;

    public ScratchFolders Scratch => new(Path.Combine(stage.Folder, "work", "scratch"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="container">Null: the store is a folder.</param>
    /// <param name="isSealed">Whether what is stored is encrypted.</param>
    public static async Task<ProofStage> OpenAsync(
        Specimen specimen, string name, AzuriteContainer? container, bool isSealed)
    {
        List<(string, string)> settings =
        [
            ("Backups__Targets__0__Name", name),
            ("Backups__Targets__0__Url", specimen.Server.Url("postgres")),
            // Every table is compared, whatever its size.
            ("Backups__Manifest__SmallTableBytes", "100000000000"),
        ];
        if (container is not null)
        {
            await new BlobContainerClient(container.ConnectionString, container.Name)
                .CreateAsync(cancellationToken: Stop);
            settings.Add(("Backups__Store__Url", container.Url));
            settings.Add(("Backups__Store__ConnectionString", container.ConnectionString));
        }

        if (isSealed)
        {
            settings.Add(("Backups__Encryption__ActiveKeyId", "k"));
            settings.Add(("Backups__Encryption__Keys__k", Convert.ToBase64String(new byte[32])));
        }

        return new ProofStage(specimen, name, new BackupStage([.. settings]));
    }

    /// <summary>Starts receiving and shipping, and waits until WAL comes.</summary>
    public async Task ReceiveAsync()
    {
        Station = stage.Get<WalStations>().Station(Target);
        receiving = Station.RunAsync(stop.Token);
        await UntilAsync(() => Task.FromResult(Station.Report.State is ReceiverState.Receiving), "WAL is received");
    }

    /// <summary>Ends it; what came is shipped.</summary>
    public async Task StopReceivingAsync()
    {
        await stop.CancelAsync();
        if (receiving is not null)
            await receiving;
        receiving = null;
    }

    public Task ShippedAsync(Lsn lsn) =>
        UntilAsync(() => Task.FromResult(Station?.Shipped >= lsn), $"the store has the WAL up to {lsn}");

    /// <summary>Whether the bytes of each received file are in the store, under whatever name.</summary>
    public async Task<bool> IsAllShippedAsync()
    {
        var archived = await stage.Get<WalArchive>().ListAsync(Name, WalSegment.DefaultSize, Stop);
        var received = WalSpool.Received(stage.Get<WalStations>().Spool(Name).Folder, WalSegment.DefaultSize);
        foreach (var part in received.Parts)
        {
            await using var file = File.Open(part.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (await FilledPart.MeasureAsync(file, Stop) > (archived.Find(part.Segment)?.Flushed ?? 0))
                return false;
        }

        return received.Whole.All(whole => archived.Find(whole.Segment) is { IsWhole: true });
    }

    /// <summary>Plans, fetches and starts; the folder goes with the server.</summary>
    public async Task<RestoredProof> RestoreAsync(RestoreTarget target)
    {
        var plan = await stage.Get<RestorePlanner>().PlanAsync(Name, target, Stop);
        var scratch = await Scratch.CreateAsync(Stop);
        try
        {
            var cluster = await stage.Get<PhysicalRestore>().FetchAsync(plan, scratch.Data, null, null, Stop);
            var server = await RestoredServer.StartAsync(
                cluster, new RestoredServerOptions { Superuser = Target.Address.Username }, null, TimeProvider.System,
                Stop);
            return new RestoredProof(scratch, server);
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    public async Task UntilAsync(Func<Task<bool>> isSo, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            if (receiving is { IsFaulted: true })
                await receiving;
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < Patience,
                $"waited in vain until {what}; the receiver says {Station?.Report}");
            await Task.Delay(20, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopReceivingAsync();
        await DropSlotAsync();
        await stage.DisposeAsync();
        stop.Dispose();
    }

    private async Task DropSlotAsync()
    {
        try
        {
            await using var connection = await specimen.OpenAsync("postgres", CancellationToken.None);
            await using var drop = new NpgsqlCommand(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active", connection);
            await drop.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // A test that failed may have left the server killed.
        }
    }
}

/// <summary>A server that was restored, and goes with its folder.</summary>
internal sealed record RestoredProof(ScratchFolder Scratch, RestoredServer Server) : IAsyncDisposable
{
    public async Task<DatabaseContent> ReadAsync(string database)
    {
        await using var connection = await Server.OpenAsync(database, TestContext.Current.CancellationToken);
        return await DataReader.ReadAsync(connection, _ => true, TestContext.Current.CancellationToken);
    }

    public async Task<IReadOnlyList<T>> AskAsync<T>(string database, string sql)
    {
        await using var connection = await Server.OpenAsync(database, TestContext.Current.CancellationToken);
        return await connection.QueryAsync(sql, row => row.GetFieldValue<T>(0), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Scratch.DisposeAsync();
    }
}
