namespace RecoveryOS.Simulators;

/// <summary>Chance, the same for the same seed where requests come one by one.</summary>
internal sealed class Dice(int? seed)
{
    private readonly Random random = seed is { } given ? new(given) : new();
    private readonly Lock turn = new();

    public bool Falls(double share)
    {
        if (share is <= 0 or >= 1)
        {
            return share >= 1;
        }

        lock (turn)
        {
            return random.NextDouble() < share;
        }
    }

    public void Shuffle<T>(T[] items)
    {
        lock (turn)
        {
            random.Shuffle(items);
        }
    }
}
