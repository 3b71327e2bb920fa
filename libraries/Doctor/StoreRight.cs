namespace TempoCos.Doctor;

/// <summary>What a key may do with the objects of a bucket.</summary>
internal enum StoreRight
{
    Write,
    Read,
    List,
    Delete,
    Tag,
}
