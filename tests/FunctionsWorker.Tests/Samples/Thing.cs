namespace FunctionsWorker.Tests.Samples;

/// <summary>Something to answer with.</summary>
public sealed record Thing(int ThingNumber, string DisplayName);
