using System.Globalization;
using System.Text.Json;

namespace RecoveryOS.Core.Backups.Azure;

/// <summary>
/// Restores a Flexible Server to a moment, as a new server in the same private network, and deletes it again. What it
/// makes bears tags that say whose it is and when it must be gone.
/// </summary>
public sealed class FlexibleServerRestore(ResourceManager azure, TimeProvider time)
{
    internal const string SourceTag = "recoveryos-source";
    internal const string TestTag = "recoveryos-test";
    internal const string ExpiryTag = "recoveryos-expires";

    private const int LongestName = 63;

    /// <exception cref="BackupException">
    /// <c>azure_refused</c>: there is no such server, or we may not read it.
    /// </exception>
    public async Task<FlexibleServer> SourceAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken)
        ?? throw new BackupException(
            "azure_refused", $"There is no server {id}, or Backups:Azure:SourceServerId is wrong.");

    /// <summary>Those that tests of this source made and that are still there, ours and others'.</summary>
    public async Task<IReadOnlyList<FlexibleServer>> MadeFromAsync(
        FlexibleServer source, CancellationToken cancellationToken) =>
    [
        .. (await azure.ListAsync(Group(source.Id), cancellationToken))
            .Select(FlexibleServer.Read)
            .Where(server => server.Id != source.Id && server.Tags.GetValueOrDefault(SourceTag) == source.Name
                && server.Tags.ContainsKey(TestTag)),
    ];

    /// <summary>The resource id of the server that this test makes.</summary>
    public static string IdOf(FlexibleServer source, Guid test)
    {
        var suffix = $"-rt-{test.ToString("N")[^12..]}";
        var length = Math.Min(source.Name.Length, LongestName - suffix.Length);
        return $"{Group(source.Id)}/{source.Name[..length].TrimEnd('-')}{suffix}";
    }

    /// <summary>Makes the server, and waits until it can be connected to.</summary>
    /// <exception cref="BackupException"><c>azure_public</c>, <c>azure_refused</c>, <c>azure_failed</c>.</exception>
    public async Task<FlexibleServer> RestoreAsync(
        FlexibleServer source,
        Guid test,
        DateTimeOffset moment,
        DateTimeOffset expiry,
        CancellationToken cancellationToken)
    {
        if (source.Subnet is null)
        {
            throw new BackupException(
                "azure_public",
                $"The server {source.Name} has a public address, and so would its copy: "
                + "a test needs a delegated subnet.");
        }

        var id = IdOf(source, test);
        await azure.CreateAsync(id, Body(source, test, moment, expiry), cancellationToken);
        var made = await FindAsync(id, cancellationToken);
        return made is { Host: not null }
            ? made
            : throw new BackupException(
                "azure_failed", $"Azure says that it restored {source.Name}, and there is no server.");
    }

    /// <summary>Deletes a server that a test made, and looks whether it is gone.</summary>
    /// <exception cref="BackupException">
    /// <c>azure_locked</c>, <c>azure_refused</c>, <c>azure_failed</c>; <c>azure_left_over</c>: it is still there.
    /// </exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await azure.DeleteAsync(id, cancellationToken);
        if (await azure.FindAsync(id, cancellationToken) is not null)
            throw new BackupException("azure_left_over", $"Azure says that it deleted {id}, and it is still there.");
    }

    /// <summary>Whether its time is over; one that does not say when is.</summary>
    public bool IsExpired(FlexibleServer server) =>
        !DateTimeOffset.TryParse(
            server.Tags.GetValueOrDefault(ExpiryTag),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var expiry)
        || expiry < time.GetUtcNow();

    private async Task<FlexibleServer?> FindAsync(string id, CancellationToken cancellationToken) =>
        await azure.FindAsync(id, cancellationToken) is { } json ? FlexibleServer.Read(json) : null;

    private static byte[] Body(FlexibleServer source, Guid test, DateTimeOffset moment, DateTimeOffset expiry)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("location", source.Location);
            json.WriteStartObject("tags");
            json.WriteString(SourceTag, source.Name);
            json.WriteString(TestTag, test);
            json.WriteString(ExpiryTag, Written(expiry));
            json.WriteEndObject();
            json.WriteStartObject("properties");
            json.WriteString("createMode", "PointInTimeRestore");
            json.WriteString("sourceServerResourceId", source.Id);
            json.WriteString("pointInTimeUTC", Written(moment));
            json.WriteStartObject("network");
            json.WriteString("delegatedSubnetResourceId", source.Subnet);
            if (source.PrivateDnsZone is { } zone)
                json.WriteString("privateDnsZoneArmResourceId", zone);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static string Group(string serverId) => serverId[..serverId.LastIndexOf('/')];

    private static string Written(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
