using RecoveryOS.Core.Backups.Manifests;

namespace RecoveryOS.Core.Backups.Drills.Checks;

internal static class Reading
{
    /// <summary>A name as SQL wants it.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Reads every row of every table: counts and hashes, and why one could not be read.</summary>
    public static async Task<IReadOnlyList<DatabaseContent>> ReadContentAsync(
        this ServerUnderTest server, IEnumerable<string> databases, CancellationToken cancellationToken)
    {
        List<DatabaseContent> content = [];
        foreach (var database in databases)
        {
            await using var connection = await server.OpenAsync(database, cancellationToken);
            content.Add(await DataReader.ReadAsync(connection, static _ => true, cancellationToken));
        }

        return content;
    }
}
