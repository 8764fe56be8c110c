using System.Globalization;
using System.Text.Json;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>An Azure Database for PostgreSQL Flexible Server, as Resource Manager describes it.</summary>
public sealed record FlexibleServer
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The region, such as <c>canadacentral</c>.</summary>
    public required string Location { get; init; }

    /// <summary>What clients connect to; null while it is being made.</summary>
    public string? Host { get; init; }

    /// <summary>The earliest moment that it can be restored to; null: none yet.</summary>
    public DateTimeOffset? EarliestRestore { get; init; }

    /// <summary>The subnet that it lies in; null: it has a public address.</summary>
    public string? Subnet { get; init; }

    public string? PrivateDnsZone { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <exception cref="BackupException"><c>azure_refused</c>: it lacks what every server has.</exception>
    internal static FlexibleServer Read(JsonElement json)
    {
        var properties = Member(json, "properties");
        var network = Member(properties, "network");
        return new FlexibleServer
        {
            Id = Text(json, "id") ?? throw Missing("id"),
            Name = Text(json, "name") ?? throw Missing("name"),
            Location = Text(json, "location") ?? throw Missing("location"),
            Host = Text(properties, "fullyQualifiedDomainName"),
            EarliestRestore = Text(Member(properties, "backup"), "earliestRestoreDate") is { } earliest
                ? DateTimeOffset.Parse(earliest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                : null,
            Subnet = Text(network, "delegatedSubnetResourceId"),
            PrivateDnsZone = Text(network, "privateDnsZoneArmResourceId"),
            Tags = Member(json, "tags") is { ValueKind: JsonValueKind.Object } tags
                ? tags.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.ToString())
                : new Dictionary<string, string>(),
        };
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text
            && text.GetString() is { Length: > 0 } value
            ? value
            : null;

    private static BackupException Missing(string name) =>
        new("azure_refused", $"Azure described a server without its {name}.");
}
