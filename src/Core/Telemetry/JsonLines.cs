using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RecoveryOS.Core.Telemetry;

/// <summary>Logs as JSON lines on a stream, standard output by default.</summary>
[ProviderAlias("JsonLines")]
public sealed class JsonLines(Stream output, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    // Lines are gathered for a moment and written together: a request must not wait for the console.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, ILogger> loggers = new();
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> pending = new(64 * 1024);
    private ITimer? flush;
    private IExternalScopeProvider? scopes;

    public JsonLines()
        : this(Console.OpenStandardOutput(), TimeProvider.System)
    {
    }

    public ILogger CreateLogger(string categoryName) =>
        loggers.GetOrAdd(categoryName, name => new JsonLogger(this, name));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public void Dispose()
    {
        flush?.Dispose();
        Flush();
    }

    private void Write<TState>(LogLevel level, string logger, EventId eventId, TState state, Exception? exception)
    {
        lock (gate)
        {
            JsonLineWriter.Write(pending, time.GetUtcNow(), level, logger, eventId, state, exception, scopes);
            if (level >= LogLevel.Error || pending.WrittenCount > 48 * 1024)
            {
                Flush();
            }
            else
            {
                flush ??= time.CreateTimer(_ => Flush(), null, Pause, Pause);
            }
        }
    }

    private void Flush()
    {
        lock (gate)
        {
            if (pending.WrittenCount > 0)
            {
                output.Write(pending.WrittenSpan);
                output.Flush();
                pending.ResetWrittenCount();
            }
        }
    }

    private sealed class JsonLogger(JsonLines lines, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => lines.scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                lines.Write(logLevel, name, eventId, state, exception);
            }
        }
    }
}

/// <summary>Adds <see cref="JsonLines"/>.</summary>
public static class JsonLinesLogging
{
    /// <summary>Ours from Information up, other libraries' from Warning up.</summary>
    public static ILoggingBuilder AddJsonLines(this ILoggingBuilder logging)
    {
        logging.Services.AddSingleton<ILoggerProvider>(_ => new JsonLines());
        return logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("RecoveryOS", LogLevel.Information)
            // What stops the start is one line on standard error, not a stack trace besides.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
