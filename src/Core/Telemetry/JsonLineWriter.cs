using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace RecoveryOS.Core.Telemetry;

/// <summary>
/// Writes one log entry as one JSON object on a line. Messages are never rendered and exceptions give their types, SQL
/// states and stack only: their texts may quote what somebody sent. A value named <c>member_id</c> is redacted.
/// </summary>
internal static class JsonLineWriter
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    public static void Write<TState>(
        IBufferWriter<byte> buffer,
        DateTimeOffset timestamp,
        LogLevel level,
        string logger,
        EventId eventId,
        TState state,
        Exception? exception,
        IExternalScopeProvider? scopes)
    {
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp"u8, timestamp.UtcDateTime);
            json.WriteString("level"u8, Name(level));
            json.WriteString("logger"u8, logger);
            json.WriteString("msg"u8, eventId.Name ?? "log");
            scopes?.ForEachScope(
                static (scope, json) =>
                {
                    if (scope is RequestScope request)
                    {
                        json.WriteString("request_id"u8, request.RequestId);
                    }
                },
                json);
            if (eventId.Name is not null && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                WriteValues(json, logger, values);
            }

            if (exception is not null)
            {
                WriteException(json, exception);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    // Only our own log statements are known to hold ids and counts; other libraries' values are left out.
    private static void WriteValues(
        Utf8JsonWriter json, string logger, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        if (!logger.StartsWith("RecoveryOS.", StringComparison.Ordinal))
        {
            return;
        }

        for (var i = 0; i < values.Count; i++)
        {
            var (key, value) = values[i];
            if (key == "{OriginalFormat}")
            {
                continue;
            }

            switch (value)
            {
                case var _ when key == "member_id":
                    json.WriteString("member_id"u8, "redacted"u8);
                    break;
                case int number:
                    json.WriteNumber(key, number);
                    break;
                case long number:
                    json.WriteNumber(key, number);
                    break;
                case double number:
                    json.WriteNumber(key, Math.Round(number, 3));
                    break;
                case bool flag:
                    json.WriteBoolean(key, flag);
                    break;
                default:
                    json.WriteString(key, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static void WriteException(Utf8JsonWriter json, Exception exception)
    {
        json.WriteString("error"u8, exception.GetType().FullName);
        if (exception is PostgresException { SqlState: var state })
        {
            json.WriteString("sql_state"u8, state);
        }

        if (exception.InnerException is { } inner)
        {
            json.WriteString("cause"u8, inner.GetType().FullName);
        }

        json.WriteString("stack"u8, exception.StackTrace);
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
