using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecoveryOS.Core.Messaging;

internal sealed class SnakeCaseEnum<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, false)
    where TEnum : struct, Enum;
