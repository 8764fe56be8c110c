using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FunctionsWorker.Tests;

/// <summary>Keeps what is logged, for a test to read.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<Line> _lines = [];

    public IEnumerable<Line> Errors => _lines.Where(line => line.Level >= LogLevel.Error);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(new(logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }

    public sealed record Line(LogLevel Level, string Text, Exception? Exception);
}
