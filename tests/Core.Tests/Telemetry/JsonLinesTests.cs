using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RecoveryOS.Core.Telemetry;

namespace RecoveryOS.Core.Tests.Telemetry;

public sealed partial class JsonLinesTests
{
    private const string Secret = "canary-5551234567";

    [Fact]
    public void A_line_is_one_object_with_its_values_and_the_requests_id()
    {
        var line = Assert.Single(Log("RecoveryOS.Test", logger =>
        {
            using var scope = logger.BeginScope(new RequestScope("r-1"));
            Processed(logger, Guid.Empty, 12.3456);
        }));
        Assert.Equal("info", line.GetProperty("level").GetString());
        Assert.Equal("RecoveryOS.Test", line.GetProperty("logger").GetString());
        Assert.Equal("thing_processed", line.GetProperty("msg").GetString());
        Assert.Equal("r-1", line.GetProperty("request_id").GetString());
        Assert.Equal("redacted", line.GetProperty("member_id").GetString());
        Assert.Equal(12.346, line.GetProperty("duration_ms").GetDouble());
        Assert.Equal("2026-01-01T00:00:00Z", line.GetProperty("timestamp").GetString());
    }

    [Fact]
    public void An_exception_gives_its_types_and_never_its_text()
    {
        var line = Assert.Single(Log("RecoveryOS.Test", logger =>
        {
            try
            {
                throw new InvalidOperationException(Secret, new IOException(Secret));
            }
            catch (InvalidOperationException exception)
            {
                Failed(logger, exception);
            }
        }));
        Assert.Equal("System.InvalidOperationException", line.GetProperty("error").GetString());
        Assert.Equal("System.IO.IOException", line.GetProperty("cause").GetString());
        Assert.Contains(
            nameof(An_exception_gives_its_types_and_never_its_text),
            line.GetProperty("stack").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, line.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_libraries_lines_give_no_values()
    {
        var line = Assert.Single(Log("Microsoft.Something", logger => Spoken(logger, Secret)));
        Assert.DoesNotContain(Secret, line.GetRawText(), StringComparison.Ordinal);
    }

    private static List<JsonElement> Log(string category, Action<ILogger> write)
    {
        using var output = new MemoryStream();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using (var lines = new JsonLines(output, time))
        {
            using var factory = LoggerFactory.Create(
                logging => logging.AddProvider(lines).SetMinimumLevel(LogLevel.Trace));
            write(factory.CreateLogger(category));
        }

        return [.. Encoding.UTF8.GetString(output.ToArray())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    [LoggerMessage(EventName = "thing_processed", Level = LogLevel.Information, Message = "{member_id} {duration_ms}")]
    private static partial void Processed(ILogger logger, Guid member_id, double duration_ms);

    [LoggerMessage(EventName = "thing_failed", Level = LogLevel.Error, Message = "")]
    private static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(EventName = "spoken", Level = LogLevel.Warning, Message = "{text}")]
    private static partial void Spoken(ILogger logger, string text);
}
