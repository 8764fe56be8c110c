using System.Globalization;
using RecoveryOS.Core.Backups.Servers;

namespace RecoveryOS.Core.Backups.Drills.Checks;

/// <summary>
/// Whether this machine can stand in for the one that the backup is from: the same major version, the same sort order
/// of texts, the extensions. What differs without harm is told and no more.
/// </summary>
internal static class ParityCheck
{
    /// <summary>Collations that columns are sorted by, and the databases' own.</summary>
    private const string Collations = """
        SELECT datname || '''s own', datcollversion, pg_database_collation_actual_version(oid)
        FROM pg_database WHERE datallowconn AND datcollversion IS NOT NULL
        """;

    private const string ColumnCollations = """
        SELECT DISTINCT current_database() || '.' || c.collname, c.collversion, pg_collation_actual_version(c.oid)
        FROM pg_collation c JOIN pg_attribute a ON a.attcollation = c.oid JOIN pg_class t ON t.oid = a.attrelid
        WHERE c.collversion IS NOT NULL AND t.relnamespace <> 'pg_catalog'::regnamespace
        """;

    /// <summary>
    /// For a dump, which any server of the version or a newer one takes: what it needs is the extensions.
    /// </summary>
    public static async Task<ParityFinding> CompareExtensionsAsync(
        ServerUnderTest server, ServerFacts facts, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync("postgres", cancellationToken);
        var available = (await connection.QueryAsync(
            "SELECT name FROM pg_available_extensions", row => row.GetString(0), cancellationToken)).ToHashSet();
        List<string> wrong =
        [
            .. facts.Extensions.Where(extension => !available.Contains(extension.Name))
                .Select(extension =>
                    $"The extension {extension.Name} of {extension.Database} is not installed on this machine."),
        ];
        return new ParityFinding(
            CheckResult.From(wrong, "Every extension that the dumps need is installed on this machine."), wrong);
    }

    /// <param name="facts">Of the server that the backup is from.</param>
    public static async Task<ParityFinding> CompareAsync(
        ServerUnderTest server, ServerFacts facts, IReadOnlyList<string> databases, CancellationToken cancellationToken)
    {
        await using var connection = await server.OpenAsync("postgres", cancellationToken);
        List<string> wrong = [];
        List<string> notes = [];
        var settings = (await connection.QueryAsync(
            "SELECT name, coalesce(setting, '') FROM pg_settings",
            row => (row.GetString(0), row.GetString(1)),
            cancellationToken))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);
        var major = int.Parse(settings["server_version_num"], CultureInfo.InvariantCulture) / 10_000;
        if (major != facts.MajorVersion)
            wrong.Add($"This is PostgreSQL {major}, the backup is from {facts.MajorVersion}.");
        if (settings["server_version"] != facts.Version)
            notes.Add($"The restored server is {settings["server_version"]}, the backup is from {facts.Version}.");
        if ((settings["data_checksums"] == "on") != facts.HasDataChecksums)
        {
            var was = facts.HasDataChecksums ? "on" : "off";
            wrong.Add($"Page checksums are {settings["data_checksums"]} here, and {was} in the backup.");
        }

        foreach (var (name, was, now) in await connection.QueryAsync(
            Collations,
            row => (row.GetString(0), row.GetString(1), row.IsDBNull(2) ? "none" : row.GetString(2)),
            cancellationToken))
        {
            AddCollation(name, was, now);
        }

        foreach (var database in databases)
        {
            await using var own = await server.OpenAsync(database, cancellationToken);
            foreach (var (name, was, now) in await own.QueryAsync(
                ColumnCollations,
                row => (row.GetString(0), row.GetString(1), row.IsDBNull(2) ? "none" : row.GetString(2)),
                cancellationToken))
            {
                AddCollation(name, was, now);
            }
        }

        var available = (await connection.QueryAsync(
            "SELECT name || ' ' || version FROM pg_available_extension_versions",
            row => row.GetString(0),
            cancellationToken))
            .ToHashSet();
        wrong.AddRange(facts.Extensions
            .Where(extension => !available.Contains($"{extension.Name} {extension.Version}"))
            .Select(extension =>
                $"The extension {extension.Name} {extension.Version} of {extension.Database} "
                + "is not installed on this machine."));
        foreach (var (name, value) in facts.Settings)
        {
            if (long.TryParse(value, CultureInfo.InvariantCulture, out var was)
                && long.TryParse(settings.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var now)
                && now < was)
            {
                notes.Add($"{name} is {now} here, and {was} on the server.");
            }
        }

        return new ParityFinding(
            CheckResult.From(wrong, "This machine sorts, extends and checks as the server does."),
            [.. wrong, .. notes]);

        void AddCollation(string name, string was, string now)
        {
            if (was != now)
            {
                wrong.Add(
                    $"The collation {name} is of version {now} on this machine and {was} in the backup: "
                    + "indexes on texts may be out of order here.");
            }
        }
    }
}

/// <param name="Notes">Whatever differs, also without harm.</param>
internal sealed record ParityFinding(CheckResult Result, IReadOnlyList<string> Notes);
