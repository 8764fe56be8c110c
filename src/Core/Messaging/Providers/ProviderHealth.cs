namespace RecoveryOS.Core.Messaging.Providers;

/// <summary>How a provider is doing, by the database's clock.</summary>
/// <param name="Leads">Whether it carries whatever can wait.</param>
/// <param name="Failures">In a row.</param>
/// <param name="OpensIn">How long its circuit stays open; zero or less: half open; null: closed.</param>
internal sealed record ProviderHealth(string Name, int Weight, bool Leads, int Failures, TimeSpan? OpensIn)
{
    public bool IsClosed => OpensIn is null;

    public bool IsHalfOpen => OpensIn is { } rest && rest <= TimeSpan.Zero;

    public bool IsClean => IsClosed && Failures == 0;
}
