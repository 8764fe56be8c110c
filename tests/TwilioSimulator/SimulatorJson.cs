using System.Text.Json.Serialization;

namespace RecoveryOS.Simulators;

/// <summary>Where the servers of one process listen.</summary>
public sealed record Addresses(Uri Twilio, Uri Backup);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Addresses))]
[JsonSerializable(typeof(Faults))]
[JsonSerializable(typeof(IReadOnlyList<TakenText>))]
internal sealed partial class SimulatorJson : JsonSerializerContext;
