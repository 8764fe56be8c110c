namespace FunctionsWorker.Tests.Samples;

/// <summary>A service of which each invocation has its own.</summary>
public sealed class Scoped
{
    public Guid Id { get; } = Guid.NewGuid();
}
