using System.Collections.Concurrent;
using Npgsql;
using RecoveryOS.Core.Backups.Wal.Receiving;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

public sealed class LostPrimaryTests
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_acknowledged_row_is_missing_from_the_store_after_the_primary_was_killed_under_load()
    {
        await using var stage = await WalStage.OpenAsync();
        await stage.ExecuteAsync("CREATE TABLE rows (id bigint PRIMARY KEY, text text)");
        await stage.StartReceivingAsync();
        var copy = await RestoredCopy.TakeBaseAsync(stage);
        await stage.ExecuteAsync($"ALTER SYSTEM SET synchronous_standby_names = '{SlotName.Of(WalStage.Name)}'");
        await stage.ExecuteAsync("SELECT pg_reload_conf()");

        ConcurrentBag<long> acknowledged = [];
        long next = 0;
        for (var round = 0; round < LongRun.Or(3, 20); round++)
        {
            var writers = Enumerable.Range(0, 8).Select(
                _ => WriteAsync(stage, () => Interlocked.Increment(ref next), acknowledged));
            var load = Task.WhenAll(writers);
            var wanted = acknowledged.Count + 200 + (137 * round % 400);
            await stage.UntilAsync(() => acknowledged.Count >= wanted, "rows are acknowledged");
            await stage.Server.KillAsync(CancellationToken);
            await load;
            await stage.UntilAsync(() => stage.Station?.Report.State is ReceiverState.Down, "the receiver sees it");
            await stage.UntilAsync(() => IsShipped(stage), "everything received is shipped");

            var restored = (await copy.AskAsync<long>("SELECT id FROM rows")).ToHashSet();
            var missing = acknowledged.Where(id => !restored.Contains(id)).Order().ToList();
            Assert.True(
                missing.Count == 0,
                $"round {round}: {missing.Count} of {acknowledged.Count} are missing, "
                + $"such as {missing.FirstOrDefault()}");

            await stage.Server.StartAsync(CancellationToken);
            await stage.UntilAsync(() => stage.Station?.Report.State is ReceiverState.Receiving, "it receives again");
        }

        Assert.Single(await stage.ChainsAsync());
    }

    /// <summary>The bytes of each local file are in the store, under whatever name.</summary>
    private static async Task<bool> IsShipped(WalStage stage)
    {
        var archived = await stage.ArchivedAsync();
        var received = WalSpool.Received(stage.Spool.Folder, Core.Backups.Wal.WalSegment.DefaultSize);
        foreach (var part in received.Parts)
        {
            await using var file = File.Open(part.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var flushed = await FilledPart.MeasureAsync(file, CancellationToken);
            if (flushed > (archived.Find(part.Segment)?.Flushed ?? 0))
                return false;
        }

        return received.Whole.All(whole => archived.Find(whole.Segment) is { IsWhole: true });
    }

    private static async Task WriteAsync(WalStage stage, Func<long> next, ConcurrentBag<long> acknowledged)
    {
        await using var dataSource = NpgsqlDataSource.Create(stage.Server.ConnectionString("postgres"));
        try
        {
            while (true)
            {
                var id = next();
                await using var insert = dataSource.CreateCommand(
                    "INSERT INTO rows VALUES ($1, repeat(md5($1::text), 10))");
                insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
                await insert.ExecuteNonQueryAsync(CancellationToken);
                acknowledged.Add(id);
            }
        }
        catch (NpgsqlException)
        {
            // The server was killed: what this one wrote last was not acknowledged.
        }
    }
}
