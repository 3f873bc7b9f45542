package dev.stargz.format.tree;

import java.util.ArrayDeque;
import java.util.Deque;

/** Gives the nodes of a tree that is complete their numbers and counts their names. */
final class Numbering {
  private Numbering() {}

  /** Numbers the nodes by their paths' order from 1 on; returns how many there are. */
  static int number(FileNode root) {
    int inodes = 0;
    Deque<FileNode> left = new ArrayDeque<>();
    root.addLink(); // its own name, as it were
    left.push(root);
    root.setInode(++inodes);
    while (!left.isEmpty()) {
      FileNode directory = left.pop();
      directory.addLink(); // its own "."
      for (FileNode child : directory.children().values()) {
        child.addLink();
        if (child.isDirectory()) {
          directory.addLink(); // the ".." of the child
          left.push(child);
        }
        if (child.inode() == 0) {
          child.setInode(++inodes);
        }
      }
    }
    return inodes;
  }
}
