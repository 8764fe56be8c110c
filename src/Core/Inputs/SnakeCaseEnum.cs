using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Inputs;

/// <summary>An enum in JSON: its name in snake_case.</summary>
public sealed class SnakeCaseEnum<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, false)
    where TEnum : struct, Enum;
