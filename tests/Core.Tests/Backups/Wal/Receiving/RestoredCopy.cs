using Npgsql;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Tests.Backups.Wal.Receiving;

/// <summary>What a base backup and the stored WAL give, by plain PostgreSQL.</summary>
internal sealed class RestoredCopy
{
    private readonly WalStage stage;
    private readonly string original;

    private RestoredCopy(WalStage stage, string original) => (this.stage, this.original) = (stage, original);

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    /// <summary>Takes the base backup.</summary>
    public static async Task<RestoredCopy> TakeBaseAsync(WalStage stage)
    {
        var folder = Path.Combine(stage.Folder, "base");
        Directory.CreateDirectory(folder);
        var taken = await PostgresTool.RunAsync(
            [stage.Server.Binaries["pg_basebackup"], "-D", Path.Combine(folder, "data"), "-X", "none", "-c", "fast",
                "--no-sync"],
            stage.Target.Address, null, null, CancellationToken);
        Assert.True(taken.ExitCode == 0, taken.Reason);
        File.Copy(Path.Combine(stage.Folder, "server", "password"), Path.Combine(folder, "password"));
        return new(stage, folder);
    }

    /// <summary>Restores it with all WAL that is in the store now, and asks.</summary>
    public async Task<List<T>> AskAsync<T>(string sql)
    {
        var folder = Path.Combine(stage.Folder, $"restored-{Guid.NewGuid():N}");
        var copied = await PostgresTool.RunAsync(["cp", "-a", original, folder], null, null, null, CancellationToken);
        Assert.True(copied.ExitCode == 0, copied.Reason);
        await FetchAsync(Path.Combine(folder, "data", "pg_wal"));
        await File.WriteAllTextAsync(Path.Combine(folder, "data", "recovery.signal"), "", CancellationToken);
        await using var server = await PostgresServer.StartAsync(
            folder,
            new Dictionary<string, string>
            {
                ["fsync"] = "off",
                ["restore_command"] = "false",
                ["synchronous_standby_names"] = "",
            },
            CancellationToken);
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString("postgres"));
        await stage.UntilAsync(() => IsPromotedAsync(dataSource), "the copy has replayed everything");
        await using var command = dataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(CancellationToken))
            rows.Add(reader.GetFieldValue<T>(0));
        return rows;
    }

    private static async Task<bool> IsPromotedAsync(NpgsqlDataSource dataSource)
    {
        try
        {
            await using var command = dataSource.CreateCommand("SELECT NOT pg_is_in_recovery()");
            return await command.ExecuteScalarAsync(CancellationToken) is true;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.CannotConnectNow)
        {
            return false;
        }
    }

    private async Task FetchAsync(string folder)
    {
        var archived = await stage.ArchivedAsync();
        foreach (var segment in archived.Timelines.SelectMany(timeline => timeline.Segments.Concat(timeline.Partials)))
        {
            await using var content = await stage.Archive.OpenAsync(segment, CancellationToken);
            await using var file = File.Create(Path.Combine(folder, segment.Segment.Name));
            await content.CopyToAsync(file, CancellationToken);
        }

        foreach (var history in archived.Histories)
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, TimelineHistory.FileNameOf(history)),
                await stage.Archive.ReadHistoryTextAsync(WalStage.Name, history, CancellationToken),
                CancellationToken);
        }
    }
}
