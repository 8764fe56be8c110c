namespace RecoveryOS.Core.Backups.Servers;

/// <summary>What a restore has to match: read from the server when a backup is taken.</summary>
public sealed record ServerFacts
{
    /// <summary>15 or more.</summary>
    public required int MajorVersion { get; init; }

    /// <summary>As <c>server_version</c> says it.</summary>
    public required string Version { get; init; }

    /// <summary>The cluster's own number, in decimal: as a text, since JSON's numbers are too small.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>In bytes.</summary>
    public required int WalSegmentSize { get; init; }

    public required bool HasDataChecksums { get; init; }

    /// <summary>Collation provider and version of each database.</summary>
    public IReadOnlyList<DatabaseCollation> Collations { get; init; } = [];

    /// <summary>Extensions of each database.</summary>
    public IReadOnlyList<InstalledExtension> Extensions { get; init; } = [];

    /// <summary>
    /// Settings that a restore must match or exceed, such as <c>max_connections</c>, and those that load code.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <param name="Provider"><c>libc</c> or <c>icu</c>.</param>
/// <param name="Version">Of the library when the database was made; null where it has none, as for C.</param>
public sealed record DatabaseCollation(string Database, string Locale, string Provider, string? Version);

public sealed record InstalledExtension(string Database, string Name, string Version);
