using System.Globalization;
using System.Text;
using System.Text.Json;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Manifests;

/// <summary>
/// The heartbeats outside the database: an object of lines a day, by the heartbeats' own dates (UTC). It says what a
/// restore to a moment has to bring back. Plain: it holds times and numbers only.
/// </summary>
public sealed class HeartbeatLedger(BackupVault vault)
{
    private const string Suffix = ".jsonl";

    /// <summary>Adds one; an append that was broken off is made good by doing it again.</summary>
    /// <exception cref="BackupStoreException">The store did not take it; it may be there in part.</exception>
    public Task AppendAsync(string server, Heartbeat heartbeat, CancellationToken cancellationToken) =>
        AppendAsync(server, [heartbeat], cancellationToken);

    /// <summary>Adds several, in the order of their ids.</summary>
    /// <exception cref="BackupStoreException">The store did not take them all.</exception>
    public async Task AppendAsync(
        string server, IReadOnlyList<Heartbeat> heartbeats, CancellationToken cancellationToken)
    {
        foreach (var day in heartbeats.GroupBy(heartbeat => DateOnly.FromDateTime(heartbeat.At.UtcDateTime)))
        {
            var lines = new StringBuilder();
            foreach (var heartbeat in day)
                lines.Append(JsonSerializer.Serialize(heartbeat, BackupJson.Default.Heartbeat)).Append('\n');
            await vault.Store.AppendAsync(
                Name(server, day.Key), Encoding.UTF8.GetBytes(lines.ToString()), cancellationToken);
        }
    }

    /// <summary>
    /// Those of the time from <paramref name="from"/> to <paramref name="to"/>, both included, in the order in which
    /// they were committed. Ids go up by one, but begin again from a lower one where the server was restored to an
    /// earlier moment.
    /// </summary>
    /// <exception cref="BackupStoreException">
    /// The store does not answer, or the ledger is damaged: a line is none, or one is missing.
    /// </exception>
    public async Task<IReadOnlyList<Heartbeat>> ReadAsync(
        string server, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        List<Heartbeat> all = [];
        HashSet<Heartbeat> known = [];
        await foreach (var found in vault.Store.ListAsync(StoreLayout.Heartbeats(server), cancellationToken))
        {
            if (Day(server, found.Name) is not { } day
                || day < DateOnly.FromDateTime(from.UtcDateTime) || day > DateOnly.FromDateTime(to.UtcDateTime))
            {
                continue;
            }

            // A writer that was cut off from the server may have written what another wrote again.
            foreach (var heartbeat in (await ReadDayAsync(found.Name, cancellationToken)).Where(known.Add))
            {
                if (all is [.., var last] && heartbeat.Id > last.Id + 1)
                    throw Damaged(found.Name, $"misses heartbeats between {last.Id} and {heartbeat.Id}");
                all.Add(heartbeat);
            }
        }

        return [.. all.Where(heartbeat => heartbeat.At >= from && heartbeat.At <= to)];
    }

    private async Task<IReadOnlyList<Heartbeat>> ReadDayAsync(string name, CancellationToken cancellationToken)
    {
        await using var stream = await vault.Store.OpenAsync(name, cancellationToken);
        using var reader = new StreamReader(stream);
        var lines = (await reader.ReadToEndAsync(cancellationToken)).Split('\n');
        List<Heartbeat> heartbeats = [];
        foreach (var (index, line) in lines.Index().Where(line => line.Item.Length > 0))
        {
            if (Parse(line) is { } heartbeat)
                heartbeats.Add(heartbeat);
            else if (!IsTorn(lines, index))
                throw Damaged(name, $"has a line {index + 1} that is no heartbeat");
        }

        return heartbeats;
    }

    /// <summary>
    /// An append that was broken off: the last of all, or the beginning of a line that was written again.
    /// </summary>
    private static bool IsTorn(string[] lines, int index) =>
        index == lines.Length - 1
        || lines.Skip(index + 1).Any(
            later => later.StartsWith(lines[index], StringComparison.Ordinal) && Parse(later) is not null);

    private static Heartbeat? Parse(string line)
    {
        try
        {
            // A line without its parts is no heartbeat either.
            return JsonSerializer.Deserialize(
                line, BackupJson.Default.Heartbeat) is { Id: > 0, Lsn.Value: > 0 } heartbeat
                && heartbeat.At > DateTimeOffset.UnixEpoch ? heartbeat : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Name(string server, DateOnly day) => string.Create(
        CultureInfo.InvariantCulture, $"{StoreLayout.Heartbeats(server)}{day:yyyy-MM-dd}{Suffix}");

    private static DateOnly? Day(string server, string name)
    {
        var file = name.AsSpan(StoreLayout.Heartbeats(server).Length);
        return file.EndsWith(Suffix, StringComparison.Ordinal)
            && DateOnly.TryParseExact(
                file[..^Suffix.Length], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
    }

    private static BackupStoreException Damaged(string name, string what) =>
        new(BackupStoreFailure.Damaged, $"{name} {what}.");
}
